/** What {@link renewInTime} keeps renewed. */
export interface Renewable {
  /** Renews if it is time to; fails when it cannot for now. */
  renewWhenDue(): Promise<void>;
}

/** Moments at which a timer may have overslept: the laptop wakes, the tab comes back, the network does. */
const AWAKENINGS = ['focus', 'pageshow', 'online', 'visibilitychange'] as const;

/**
 * Renews a session ahead of its end: looks every few seconds and whenever the page wakes up, because timers stop
 * while a laptop sleeps and are slowed down in tabs nobody looks at. What fails is tried again at the next look.
 *
 * @param tell hears whether the last look went well
 * @returns what ends it
 */
export function renewInTime(
  session: Renewable,
  tell: (troubled: boolean) => void,
  everyMs = 15_000,
): () => void {
  const look = async () => {
    if (!navigator.onLine) return; // "online" comes when it is worth trying
    try {
      await session.renewWhenDue();
      tell(false);
    } catch {
      tell(true);
    }
  };
  const onEvent = () => void look();
  onEvent();
  const timer = setInterval(onEvent, everyMs);
  for (const type of AWAKENINGS) window.addEventListener(type, onEvent, { capture: true });
  return () => {
    clearInterval(timer);
    for (const type of AWAKENINGS) window.removeEventListener(type, onEvent, { capture: true });
  };
}
