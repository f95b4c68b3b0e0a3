const INTERVAL_MS = 15_000;

/** Events after which a timer may be late: a laptop wakes up, a tab becomes visible, the network is back. */
const WAKE_EVENTS = ['focus', 'pageshow', 'online', 'visibilitychange'] as const;

/**
 * Calls `renewIfDue` now, every 15 seconds and at wake events. A timer alone is not enough: timers stop while a laptop
 * sleeps and are slow in background tabs. A failed renewal is repeated at the next call.
 *
 * @returns a function that stops the timer
 */
export function startRenewalTimer(renewIfDue: () => void): () => void {
  renewIfDue();
  const timer = setInterval(renewIfDue, INTERVAL_MS);
  for (const type of WAKE_EVENTS) window.addEventListener(type, renewIfDue, { capture: true });
  return () => {
    clearInterval(timer);
    for (const type of WAKE_EVENTS) window.removeEventListener(type, renewIfDue, { capture: true });
  };
}
