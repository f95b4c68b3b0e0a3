import { useEffect, useState } from 'react';
import { sessionText } from '../../shared/strings';

/** Returns the time until `endsAt` (seconds since 1970) as text. The component renders again every second. */
export function useTimeLeft(endsAt: number): string {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return formatTimeLeft(endsAt, nowMs);
}

/** Formats the time from `nowMs` to `endsAt` (seconds since 1970), such as `59 min 12 s`; `expired` when it is over. */
export function formatTimeLeft(endsAt: number, nowMs: number): string {
  const seconds = Math.floor(endsAt - nowMs / 1000);
  if (seconds <= 0) return sessionText.expired;
  const units: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const largest = units.findIndex(([amount]) => amount > 0);
  return units
    .slice(largest, largest + 2)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}
