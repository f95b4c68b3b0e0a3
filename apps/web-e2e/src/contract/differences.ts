import type { WireResponse } from '../exchange';
import type { World } from './expectation';

/** What of a deployment its answers are full of. */
type Named = Pick<World, 'siteUrl' | 'config'>;

/** Headers whose value is another one each time, or a machine's own. */
const VOLATILE = new Set([
  'content-length',
  'date',
  'etag',
  'last-modified',
  'set-cookie',
  'via',
  'x-amz-apigw-id',
  'x-amz-cf-id',
  'x-amz-cf-pop',
  'x-amz-id-2',
  'x-amz-request-id',
  'x-amz-version-id',
  'x-amzn-remapped-content-length',
  'x-amzn-remapped-date',
  'x-amzn-requestid',
  'x-request-id',
]);

/** Headers of the connection, or of how long a cache has had the answer, not of the answer. */
const CIRCUMSTANCES = new Set(['age', 'alt-svc', 'connection', 'keep-alive', 'transfer-encoding']);

const JWT = /[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g;
/** Whether an answer was asked for before is not a property of the deployment. */
const CACHE_STATE = /^(?:Hit|Miss|RefreshHit)(?= from cloudfront$)/;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Text with what differs between any two deployments named instead. */
function withNames(text: string, { siteUrl, config }: Named): string {
  const names = [
    [config.issuer, '{issuer}'],
    [config.cognitoDomain, '{login}'],
    [siteUrl, '{site}'],
    [config.clientId, '{client}'],
  ] as const;
  const named = names.reduce(
    (result, [value, name]) => result.replaceAll(value, name).replaceAll(encodeURIComponent(value), name),
    text,
  );
  return named.replace(JWT, '{jwt}').replace(UUID, '{uuid}').replace(CACHE_STATE, '{cache}');
}

/** A JSON value with the types of its leaves instead of their values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value === null || typeof value !== 'object') return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, item]) => [key, shapeOf(item)]),
  );
}

function bodyShape({ headers, body }: WireResponse): string {
  const type = headers['content-type'] ?? '';
  if (body.length === 0) return 'empty';
  if (/[/+]json\b/.test(type)) return JSON.stringify(shapeOf(JSON.parse(body.toString())));
  const tags = body.toString().match(/<\/?[a-z][\w-]*/gi) ?? [];
  // A page's own content is the build's; an error page is the service's, and short.
  return /html|xml/.test(type) && body.length < 2_000 ? tags.join(' ') : type;
}

/** How two answers to the same request differ in status, headers and the shape of the body; empty when they do not. */
export function differences(
  here: { readonly response: WireResponse; readonly world: Named },
  there: { readonly response: WireResponse; readonly world: Named },
): string[] {
  const found: string[] = [];
  if (here.response.status !== there.response.status) {
    found.push(`status ${here.response.status} / ${there.response.status}`);
  }
  const names = new Set([...Object.keys(here.response.headers), ...Object.keys(there.response.headers)]);
  for (const name of [...names].sort()) {
    if (CIRCUMSTANCES.has(name)) continue;
    const [left, right] = [here, there].map(({ response, world }) => {
      const value = response.headers[name];
      if (value === undefined) return 'absent';
      return VOLATILE.has(name) ? 'present' : withNames(value, world);
    });
    if (left !== right) found.push(`${name}: ${left} / ${right}`);
  }
  const [left, right] = [bodyShape(here.response), bodyShape(there.response)];
  if (left !== right) found.push(`body ${left} / ${right}`);
  return found;
}
