import { randomUUID } from 'node:crypto';

/**
 * `X-Amzn-Trace-Id` as API Gateway and load balancers pass it on: an existing root is kept and a `Self` of their own put
 * before it, else there is a new root (row AG-HD-02).
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
