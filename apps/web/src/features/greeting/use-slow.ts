import { useEffect, useState } from 'react';

/** After so long people wonder whether anything happens. */
const SLOW_MS = 1500;

/** Whether something has been busy for longer than people expect. */
export function useSlow(busy: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!busy) return undefined;
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [busy]);
  return busy && slow;
}
