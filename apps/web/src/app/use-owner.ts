import { useEffect, useRef } from 'react';
import type { GreetingDesk } from '../features/greeting/greeting-desk';

/** Clears the desk when somebody else than before is signed in; a guest in between is nobody. */
export function useOwner(desk: GreetingDesk, sub: string | undefined): void {
  const owner = useRef<string>(undefined);
  useEffect(() => {
    if (sub === undefined) return;
    if (owner.current !== undefined && owner.current !== sub) desk.forget();
    owner.current = sub;
  }, [desk, sub]);
}
