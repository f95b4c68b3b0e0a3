import { useSyncExternalStore } from 'react';
import type { DeskState, GreetingDesk } from './greeting-desk';

/** What the desk shows now. */
export function useDesk(desk: GreetingDesk): DeskState {
  return useSyncExternalStore(desk.subscribe, desk.state);
}
