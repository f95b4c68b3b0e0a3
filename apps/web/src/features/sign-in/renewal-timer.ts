import type { SessionManager } from './session-manager';

/** Events after which a timer may be late: a laptop wakes up, a tab becomes visible, the network is back. */
const WAKE_EVENTS = ['focus', 'pageshow', 'online', 'visibilitychange'] as const;

/**
 * Calls `renewIfDue` at regular intervals and at wake events. A timer alone is not enough: timers stop while a laptop
 * sleeps and are slow in background tabs. A failed renewal is repeated at the next call.
 *
 * @param onResult called after each attempt, with true when it failed
 * @returns a function that stops the timer
 */
export function startRenewalTimer(
  manager: Pick<SessionManager, 'renewIfDue'>,
  onResult: (failing: boolean) => void,
  intervalMs = 15_000,
): () => void {
  const renew = async () => {
    if (!navigator.onLine) return; // the "online" event calls this again
    try {
      await manager.renewIfDue();
      onResult(false);
    } catch {
      onResult(true);
    }
  };
  const onEvent = () => void renew();
  onEvent();
  const timer = setInterval(onEvent, intervalMs);
  for (const type of WAKE_EVENTS) window.addEventListener(type, onEvent, { capture: true });
  return () => {
    clearInterval(timer);
    for (const type of WAKE_EVENTS) window.removeEventListener(type, onEvent, { capture: true });
  };
}
