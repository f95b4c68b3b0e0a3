import { longestLength, type Value } from '../document/value';
import { isFixedResponseHeader } from '../facts/response-headers';
import { type CreationFault, fault, isWritten, literals, longComment, tooMany } from './fault';

/** Names that a policy selects: the property of the behavior, the one of the names, and the behaviors that AWS knows. */
interface Selection {
  readonly config: string;
  readonly behavior: string;
  readonly names: string;
  readonly behaviors: readonly string[];
}

const cookies: Selection = {
  config: 'CookiesConfig',
  behavior: 'CookieBehavior',
  names: 'Cookies',
  behaviors: ['none', 'whitelist', 'allExcept', 'all'],
};
const queryStrings: Selection = {
  config: 'QueryStringsConfig',
  behavior: 'QueryStringBehavior',
  names: 'QueryStrings',
  behaviors: ['none', 'whitelist', 'allExcept', 'all'],
};
const headers: Selection = {
  config: 'HeadersConfig',
  behavior: 'HeaderBehavior',
  names: 'Headers',
  behaviors: ['none', 'whitelist'],
};
const viewerHeaders: Selection = {
  ...headers,
  behaviors: [...headers.behaviors, 'allViewer', 'allViewerAndWhitelistCloudFront', 'allExcept'],
};

/** Quota for the names of one selection. */
const MAX_NAMES = 10;

function* selectionFaults(config: Value, selection: Selection): Generator<CreationFault> {
  const behavior = config.get(selection.config, selection.behavior);
  const names = config.get(selection.config, selection.names);
  const { literal } = behavior;
  if (literal === undefined) return;
  if (!selection.behaviors.includes(literal)) {
    yield fault(
      behavior,
      `${selection.behavior} ${literal} is not one that CloudFront knows here`,
      `Use one of ${selection.behaviors.join(', ')}.`,
    );
    return;
  }
  const needsNames = !['none', 'all', 'allViewer'].includes(literal);
  if (!isWritten(names)) return;
  if (needsNames && names.items.length === 0)
    yield fault(
      names,
      `${selection.behavior} ${literal} needs ${selection.names}`,
      'List at least one name.',
    );
  if (!needsNames && names.items.length > 0)
    yield fault(names, `${selection.behavior} ${literal} takes no ${selection.names}`, 'Remove the list.');
  yield* tooMany(names, MAX_NAMES, selection.names.toLowerCase());
}

/** Developer guide, "Understand cache policies"; messages in aws/aws-cdk#13441 and #16977. */
export function* cachePolicyFaults(properties: Value): Generator<CreationFault> {
  const config = properties.get('CachePolicyConfig');
  yield* longComment(config.get('Comment'));
  const [min, standard, max] = [config.get('MinTTL'), config.get('DefaultTTL'), config.get('MaxTTL')];
  for (const ttl of [min, standard, max])
    if ((ttl.number ?? 0) < 0) yield fault(ttl, `a TTL of ${ttl.text} is negative`, 'Use 0 or more seconds.');
  for (const [low, high] of [
    [min, standard],
    [standard, max],
    [min, max],
  ] as const) {
    if (low.number === undefined || high.number === undefined || low.number <= high.number) continue;
    yield fault(
      high,
      `${high.text} seconds are less than the ${low.text} of ${low.path.split('.').at(-1)}`,
      'Use MinTTL ≤ DefaultTTL ≤ MaxTTL.',
    );
    break;
  }
  const key = config.get('ParametersInCacheKeyAndForwardedToOrigin');
  for (const selection of [headers, cookies, queryStrings]) {
    yield* selectionFaults(key, selection);
    const behavior = key.get(selection.config, selection.behavior);
    if (max.number === 0 && behavior.literal !== undefined && behavior.literal !== 'none')
      yield fault(
        behavior,
        `${selection.behavior} ${behavior.literal} is invalid for a policy with caching disabled (MaxTTL 0)`,
        'Use none and forward the values with an origin request policy, or set MaxTTL to 1 or more.',
      );
  }
  const encodings = [key.get('EnableAcceptEncodingGzip'), key.get('EnableAcceptEncodingBrotli')];
  for (const encoding of encodings) {
    if (max.number !== 0 || encoding.boolean !== true) continue;
    yield fault(
      encoding,
      `${encoding.path.split('.').at(-1)} is invalid for a policy with caching disabled (MaxTTL 0)`,
      'Set it to false, or set MaxTTL to 1 or more.',
    );
  }
  for (const header of key.get('HeadersConfig', 'Headers').items) {
    if (header.literal?.toLowerCase() !== 'accept-encoding') continue;
    if (!encodings.some((encoding) => encoding.boolean === true)) continue;
    yield fault(
      header,
      'Accept-Encoding is already in the cache key by EnableAcceptEncodingGzip or Brotli',
      'Remove it from the list.',
    );
  }
}

/** Headers that only a cache policy can list by name (row CF-REQ-08). */
const NOT_BY_NAME = ['authorization', 'accept-encoding'];

/** Developer guide, "Understand origin request policies". */
export function* originRequestPolicyFaults(properties: Value): Generator<CreationFault> {
  const config = properties.get('OriginRequestPolicyConfig');
  yield* longComment(config.get('Comment'));
  for (const selection of [viewerHeaders, cookies, queryStrings]) yield* selectionFaults(config, selection);
  const behavior = config.get('HeadersConfig', 'HeaderBehavior').literal;
  for (const header of config.get('HeadersConfig', 'Headers').items) {
    const name = header.literal?.toLowerCase() ?? '';
    if (behavior === 'whitelist' && NOT_BY_NAME.includes(name))
      yield fault(
        header,
        `an origin request policy cannot list ${header.text}`,
        'List it in a cache policy, or use allViewer or allExcept.',
      );
    if (behavior === 'allViewerAndWhitelistCloudFront' && name && !name.startsWith('cloudfront-'))
      yield fault(header, `${header.text} is not a header of CloudFront`, 'List CloudFront-… headers only.');
  }
}

/** Headers of SecurityHeadersConfig; CloudFront rejects them as custom headers. */
const SECURITY_HEADERS = new Set([
  ...['content-security-policy', 'referrer-policy', 'strict-transport-security'],
  ...['x-content-type-options', 'x-frame-options', 'x-xss-protection'],
]);

/** Row CF-RHP-09. */
const MAX_VALUE_LENGTH = 1783;
const MAX_CUSTOM_HEADERS_LENGTH = 10_240;
const MAX_HEADERS = 10;

const SECTIONS = [
  'CorsConfig',
  'SecurityHeadersConfig',
  'ServerTimingHeadersConfig',
  'CustomHeadersConfig',
  'RemoveHeadersConfig',
];

/** Rows CF-RHP-03 and CF-RHP-09; aws-cloudformation/cloudformation-coverage-roadmap#1156. */
export function* responseHeadersPolicyFaults(properties: Value): Generator<CreationFault> {
  const config = properties.get('ResponseHeadersPolicyConfig');
  yield* longComment(config.get('Comment'));
  if (config.isPresent && isWritten(config) && !SECTIONS.some((name) => config.get(name).isPresent))
    yield fault(config, 'a response headers policy without headers', `Add one of ${SECTIONS.join(', ')}.`);
  yield* corsFaults(config.get('CorsConfig'));
  const custom = config.get('CustomHeadersConfig', 'Items');
  const removed = config.get('RemoveHeadersConfig', 'Items');
  yield* customHeaderFaults(custom);
  for (const item of removed.items) {
    const header = item.get('Header');
    if (!isFixedResponseHeader(header.text.toLowerCase())) continue;
    yield fault(header, `a policy cannot remove ${header.text}`, 'Remove it from the list.');
  }
  for (const list of [custom, removed]) yield* tooMany(list, MAX_HEADERS, 'headers');
  const security = config.get('SecurityHeadersConfig');
  const csp = security.get('ContentSecurityPolicy', 'ContentSecurityPolicy');
  yield* tooLong(csp, 'the Content-Security-Policy');
  const xss = security.get('XSSProtection');
  if (xss.get('ModeBlock').boolean === true && xss.get('ReportUri').isPresent)
    yield fault(xss.get('ReportUri'), 'XSSProtection has both ModeBlock and ReportUri', 'Keep one of them.');
}

function* corsFaults(cors: Value): Generator<CreationFault> {
  for (const origin of cors.get('AccessControlAllowOrigins', 'Items').items) {
    if (origin.literal !== 'ALL') continue;
    yield fault(origin, 'ALL is not an origin', 'Write * for all origins; only methods take ALL.');
  }
  if (cors.get('AccessControlAllowCredentials').boolean !== true) return;
  for (const header of cors.get('AccessControlAllowHeaders', 'Items').items) {
    if (!header.literal?.includes('*')) continue;
    yield fault(
      header,
      'AccessControlAllowHeaders cannot contain * when AccessControlAllowCredentials is true',
      'List the headers by name.',
    );
  }
  const methods = literals(cors.get('AccessControlAllowMethods', 'Items')) ?? [];
  if (methods.includes('ALL') && methods.length > 1)
    yield fault(
      cors.get('AccessControlAllowMethods', 'Items'),
      'ALL stands beside other methods',
      'Keep ALL only.',
    );
}

function* customHeaderFaults(list: Value): Generator<CreationFault> {
  const seen = new Set<string>();
  let total = 0;
  for (const item of list.items) {
    const header = item.get('Header');
    const lower = header.text.toLowerCase();
    const value = item.get('Value');
    total += longestLength(header) + longestLength(value);
    const reason = SECURITY_HEADERS.has(lower)
      ? 'belongs in SecurityHeadersConfig; CloudFront rejects it as a custom header'
      : lower.startsWith('access-control-')
        ? 'belongs in CorsConfig; CloudFront rejects it as a custom header'
        : isFixedResponseHeader(lower)
          ? 'cannot be set by a policy'
          : seen.has(lower)
            ? 'appears twice'
            : !isWritten(header) || /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(lower)
              ? undefined
              : 'is not a header name';
    seen.add(lower);
    if (reason)
      yield fault(header, `${header.text || 'an empty name'} ${reason}`, 'Remove it from the list.');
    yield* tooLong(value, header.text);
  }
  if (total <= MAX_CUSTOM_HEADERS_LENGTH) return;
  yield fault(
    list,
    `custom headers can have ${total} characters in total, more than the maximum of ${MAX_CUSTOM_HEADERS_LENGTH}`,
    'Shorten them.',
  );
}

function* tooLong(value: Value, what: string): Generator<CreationFault> {
  const length = longestLength(value);
  if (length <= MAX_VALUE_LENGTH) return;
  yield fault(
    value,
    `${what} can have ${length} characters, more than the maximum of ${MAX_VALUE_LENGTH}`,
    'Shorten it. In a Content-Security-Policy, use default-src for several directives.',
  );
}
