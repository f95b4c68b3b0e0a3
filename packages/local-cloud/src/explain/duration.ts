import prettyMilliseconds from 'pretty-ms';

/** Formats a duration in its two largest units: `1h 5m`, `42m`, `250ms`. */
export function formatDuration(ms: number): string {
  return prettyMilliseconds(Math.round(ms), { unitCount: 2, secondsDecimalDigits: 0 });
}
