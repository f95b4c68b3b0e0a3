import { sessionText } from '../../shared/strings';

/** Says how long there is until `endsAt` (seconds since 1970), as in `59 min 12 s`; `ended` when it is over. */
export function timeLeft(endsAt: number, nowMs: number): string {
  const seconds = Math.floor(endsAt - nowMs / 1000);
  if (seconds <= 0) return sessionText.ended;
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}
