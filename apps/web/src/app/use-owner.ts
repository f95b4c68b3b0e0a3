import { useEffect, useRef } from 'react';
import type { GreetingDesk } from '../features/greeting/greeting-desk';
import type { Visitor } from '../features/sign-in/visitor';

/**
 * Keeps the desk true to who is there. What was fetched goes when the person logs out, in whichever tab, or somebody
 * else logs in; a session that merely expired leaves it. What went wrong before a login is over with it.
 */
export function useOwner(desk: GreetingDesk, { user, ended }: Visitor): void {
  const sub = user?.profile.sub;
  const owner = useRef<string>(undefined);
  useEffect(() => {
    if (sub === undefined) return;
    if (owner.current !== undefined && owner.current !== sub) desk.forget();
    owner.current = sub;
    desk.forgetFailure();
  }, [desk, sub]);
  useEffect(() => {
    if (ended === 'elsewhere') desk.forget();
  }, [desk, ended]);
}
