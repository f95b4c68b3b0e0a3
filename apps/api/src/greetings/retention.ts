import { GREETINGS_KEPT_DAYS } from '@spa-on-aws/shared-types';

const KEPT_MS = GREETINGS_KEPT_DAYS * 24 * 60 * 60 * 1_000;

/** The earliest moment (ISO 8601) whose greetings are still shown. */
export function oldestKept(now: number): string {
  return new Date(now - KEPT_MS).toISOString();
}

/** When a greeting is to go, in seconds since 1970 as DynamoDB wants it. */
export function expiryOf(greetedAt: string): number {
  return Math.ceil((Date.parse(greetedAt) + KEPT_MS) / 1_000);
}
