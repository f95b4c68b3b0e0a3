import type { Mapping } from './mapping';

/** An integration that responds itself, e.g. to CORS preflights (row AG-AU-12). Its request template chooses the status. */
export interface MockIntegration {
  readonly type: 'mock';
  readonly mapping: Mapping;
}

/** Returns the `statusCode` in a text; the CDK writes the name without quotes. */
export function statusIn(text: string): string | undefined {
  return /["']?statusCode["']?\s*:\s*["']?(\d{3})\b/.exec(text)?.[1];
}
