import { sessionText } from '../../shared/strings';

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
