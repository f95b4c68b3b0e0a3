import { randomUUID } from 'node:crypto';

/**
 * Returns the `X-Amzn-Trace-Id` that API Gateway and load balancers send: a root that was received stays, preceded by a
 * new `Self`; otherwise the root is new (row AG-HD-02).
 *
 * @param now milliseconds since the epoch
 */
export function nextTrace(
  existing: string | undefined,
  now: number,
): { readonly header: string; readonly root: string; readonly isNew: boolean } {
  const time = Math.floor(now / 1_000)
    .toString(16)
    .padStart(8, '0');
  const fresh = `1-${time}-${randomUUID().replaceAll('-', '').slice(0, 24)}`;
  const [, root] = /(?:^|;)\s*Root=([\w-]+)/.exec(existing ?? '') ?? [];
  if (existing === undefined || root === undefined)
    return { header: `Root=${fresh}`, root: fresh, isNew: true };
  const others = existing
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '' && !part.startsWith('Self='));
  return { header: [`Self=${fresh}`, ...others].join(';'), root, isNew: false };
}
