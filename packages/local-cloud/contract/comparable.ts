import type { Facts, WireResponse } from './expectation';

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
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
/** A value that depends on earlier requests, not on the deployment. */
const CACHE_STATE = /^(?:Hit|Miss|RefreshHit)(?= from cloudfront$)/;

/** The facts whose values appear in responses. */
type Names = { readonly deployment: Pick<Facts['deployment'], 'siteUrl'> } & Pick<Facts, 'config'>;

/** Returns the part of a response that is the same on every deployment: status, headers and shape of the body. */
export function comparable({ status, headers, body }: WireResponse, names: Names): object {
  const compared = Object.entries(headers).filter(([name]) => !IGNORED.has(name));
  return {
    status,
    headers: Object.fromEntries(
      compared.map(([name, value]) => [name, VOLATILE.has(name) ? '{any}' : withNames(value, names)]),
    ),
    body: bodyShape(headers['content-type'] ?? '', body.toString()),
  };
}

/** Replaces values that differ between deployments by their names. */
function withNames(text: string, { deployment, config }: Names): string {
  return Object.entries({
    '{issuer}': config.issuer,
    '{login}': config.cognitoDomain,
    '{site}': deployment.siteUrl,
    '{client}': config.clientId,
  })
    .reduce(
      (result, [name, value]) => result.replaceAll(value, name).replaceAll(encodeURIComponent(value), name),
      text,
    )
    .replace(JWT, '{jwt}')
    .replace(UUID, '{uuid}')
    .replace(CACHE_STATE, '{cache}');
}

function bodyShape(type: string, body: string): unknown {
  if (body === '') return 'empty';
  if (/[/+]json\b/.test(type)) return shapeOf(JSON.parse(body));
  // The content of a page depends on the build. An error page comes from the service and is short.
  return /html|xml/.test(type) && body.length < 2_000 ? body.match(/<\/?[a-z][\w-]*/gi) : type;
}

/** Replaces strings, numbers and booleans in a JSON value with their types. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value === null || typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]));
}
