import type { WireResponse } from '../exchange';
import type { Facts } from './expectation';

/** Values of a deployment that appear in its responses. */
type Names = Pick<Facts, 'siteUrl' | 'config'>;

/** Headers whose values differ between responses or machines. */
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

/** Headers that describe the connection or the state of a cache. */
const IGNORED = new Set(['age', 'alt-svc', 'connection', 'keep-alive', 'transfer-encoding']);

const JWT = /[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g;
/** Values that depend on earlier requests, not on the deployment. */
const CACHE_STATE = /^(?:Hit|Miss|RefreshHit)(?= from cloudfront$)/;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Replaces values that differ between deployments by their names. */
function withNames(text: string, { siteUrl, config }: Names): string {
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

/** Replaces strings, numbers and booleans in a JSON value with their types. */
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
  // The content of a page depends on the build. An error page comes from the service and is short.
  return /html|xml/.test(type) && body.length < 2_000 ? tags.join(' ') : type;
}

/** Lists differences of two responses in status, headers and shape of the body. */
export function differences(
  here: { readonly response: WireResponse; readonly facts: Names },
  there: { readonly response: WireResponse; readonly facts: Names },
): string[] {
  const found: string[] = [];
  if (here.response.status !== there.response.status) {
    found.push(`status ${here.response.status} / ${there.response.status}`);
  }
  const names = new Set([...Object.keys(here.response.headers), ...Object.keys(there.response.headers)]);
  for (const name of [...names].sort()) {
    if (IGNORED.has(name)) continue;
    const [left, right] = [here, there].map(({ response, facts }) => {
      const value = response.headers[name];
      if (value === undefined) return 'absent';
      return VOLATILE.has(name) ? 'present' : withNames(value, facts);
    });
    if (left !== right) found.push(`${name}: ${left} / ${right}`);
  }
  const [left, right] = [bodyShape(here.response), bodyShape(there.response)];
  if (left !== right) found.push(`body ${left} / ${right}`);
  return found;
}
