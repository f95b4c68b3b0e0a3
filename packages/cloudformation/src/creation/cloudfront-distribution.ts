import { Buffer } from 'node:buffer';
import type { Value } from '../document/value';
import { type CreationFault, fault, isWritten, literals, longComment, repeated, tooMany } from './fault';

const METHOD_SETS = ['GET HEAD', 'GET HEAD OPTIONS', 'DELETE GET HEAD OPTIONS PATCH POST PUT'];
const CACHED_SETS = METHOD_SETS.slice(0, 2);
const PATH_PATTERN = /^[A-Za-z0-9_\-.*?$/~"'@:+&]{1,255}$/;

/** Quotas of CloudFront for one distribution. */
const MAX_BEHAVIORS = 75;
const MAX_ORIGINS = 100;
const MAX_ORIGIN_HEADERS = 30;

/** Custom headers of an origin that CloudFront refuses (developer guide, "Add custom headers to origin requests"). */
const NOT_TO_ORIGIN =
  /^(cache-control|connection|content-length|cookie|host|if-(match|modified-since|none-match|range|unmodified-since)|max-forwards|pragma|proxy-(authenticate|authorization|connection)|range|request-range|te|trailer|transfer-encoding|upgrade|via|x-real-ip|x-(amz|edge)-.*)$/;

/** CloudFront API reference, `DistributionConfig` (rows CF-METH-02, CF-PATH-06, CF-ROOT-04). */
export function* distributionFaults(properties: Value): Generator<CreationFault> {
  const config = properties.get('DistributionConfig');
  yield* longComment(config.get('Comment'));
  const root = config.get('DefaultRootObject');
  if (root.literal?.startsWith('/'))
    yield fault(
      root,
      `DefaultRootObject is '${root.text}': it starts with a slash`,
      `Write ${root.literal.replace(/^\/+/, '') || 'index.html'}.`,
    );
  yield* certificateFaults(config);
  const origins = config.get('Origins');
  const groups = config.get('OriginGroups', 'Items');
  yield* tooMany(origins, MAX_ORIGINS, 'origins');
  yield* repeated(
    [...origins.items, ...groups.items].map((one) => one.get('Id')),
    'the id',
  );
  for (const origin of origins.items) yield* originFaults(origin);
  const originIds = idsOf(origins);
  for (const group of groups.items) yield* groupFaults(group, originIds);
  const targets = originIds && idsOf(groups) ? [...originIds, ...(idsOf(groups) ?? [])] : undefined;
  const behaviors = config.get('CacheBehaviors');
  yield* tooMany(behaviors, MAX_BEHAVIORS, 'cache behaviors');
  yield* repeated(
    behaviors.items.map((behavior) => behavior.get('PathPattern')),
    'the path pattern',
  );
  for (const behavior of behaviors.items) {
    const pattern = behavior.get('PathPattern');
    if (
      isWritten(behavior) &&
      (pattern.literal ?? (pattern.isPresent ? '*' : '')).match(PATH_PATTERN) === null
    )
      yield fault(
        pattern,
        `path pattern '${pattern.text}' has invalid characters or more than 255`,
        'Use letters, digits and _ - . * $ / ~ " \' @ : + & ?.',
      );
  }
  for (const behavior of [...behaviors.items, config.get('DefaultCacheBehavior')])
    yield* behaviorFaults(behavior, targets);
}

/** Returns the ids in a list; `undefined` when one is known after deployment only. */
function idsOf(list: Value): string[] | undefined {
  const ids = list.items.map((item) => (isWritten(item) ? item.get('Id').literal : undefined));
  return ids.every((id) => id !== undefined) ? ids : undefined;
}

/** "To add an alternate domain name, you must attach a trusted certificate". */
function* certificateFaults(config: Value): Generator<CreationFault> {
  const aliases = config.get('Aliases');
  const certificate = config.get('ViewerCertificate');
  if (!isWritten(aliases) || !isWritten(certificate) || aliases.items.length === 0) return;
  if (!aliases.items.every(isWritten)) return;
  if (certificate.isPresent && certificate.get('CloudFrontDefaultCertificate').boolean !== true) return;
  yield fault(
    aliases,
    `the alternate domain name ${aliases.items[0]?.text ?? ''} needs a certificate`,
    'Set ViewerCertificate to one for that name.',
  );
}

const ORIGIN_CONFIGS = ['CustomOriginConfig', 'S3OriginConfig', 'VpcOriginConfig'] as const;

function* originFaults(origin: Value): Generator<CreationFault> {
  if (!isWritten(origin)) return;
  const configs = ORIGIN_CONFIGS.map((name) => origin.get(name)).filter((one) => one.isPresent);
  if (configs.length !== 1 && configs.every(isWritten))
    yield fault(
      configs[1] ?? origin,
      `origin ${origin.get('Id').text} has ${configs.length === 0 ? 'none' : configs.length} of ${ORIGIN_CONFIGS.join(', ')}`,
      'Specify exactly one: S3OriginConfig for a bucket, with an empty OriginAccessIdentity if it has an origin access control.',
    );
  const identity = origin.get('S3OriginConfig', 'OriginAccessIdentity');
  const control = origin.get('OriginAccessControlId');
  if (control.text !== '' && isWritten(identity) && identity.text !== '')
    yield fault(
      identity,
      `origin ${origin.get('Id').text} has an origin access control and an origin access identity`,
      'Set OriginAccessIdentity to an empty text.',
    );
  const path = origin.get('OriginPath');
  if (path.literal !== undefined && path.literal !== '' && !/^\/.*[^/]$/.test(path.literal))
    yield fault(
      path,
      `OriginPath '${path.text}' must start with a slash and must not end with one`,
      'Write it as /name.',
    );
  const domain = origin.get('DomainName');
  if (/^[a-z]+:\/\/|\//.test(domain.literal ?? ''))
    yield fault(domain, `DomainName '${domain.text}' is not a host name`, 'Remove the scheme and the path.');
  const headers = origin.get('OriginCustomHeaders');
  yield* tooMany(headers, MAX_ORIGIN_HEADERS, 'custom headers');
  for (const header of headers.items.map((one) => one.get('HeaderName'))) {
    if (!NOT_TO_ORIGIN.test(header.literal?.toLowerCase() ?? '')) continue;
    yield fault(
      header,
      `CloudFront does not add ${header.text} to requests to an origin`,
      'Remove the header.',
    );
  }
  for (const name of ['HTTPPort', 'HTTPSPort']) {
    const port = origin.get('CustomOriginConfig', name);
    const { number = 443 } = port;
    if (number === 80 || number === 443 || (number >= 1024 && number <= 65_535)) continue;
    yield fault(port, `CloudFront does not accept port ${port.text}`, 'Use 80, 443, or 1024 to 65535.');
  }
}

function* groupFaults(group: Value, originIds: readonly string[] | undefined): Generator<CreationFault> {
  const members = group.get('Members', 'Items');
  if (isWritten(members) && isWritten(group) && members.items.length !== 2)
    yield fault(
      members,
      `origin group ${group.get('Id').text} has ${members.items.length} members`,
      'Use two.',
    );
  for (const member of members.items.map((one) => one.get('OriginId'))) {
    if (!originIds || member.literal === undefined || originIds.includes(member.literal)) continue;
    yield fault(
      member,
      `origin group uses origin '${member.text}', which the distribution does not have`,
      'Use the Id of one of its Origins.',
    );
  }
}

function* behaviorFaults(behavior: Value, targets: readonly string[] | undefined): Generator<CreationFault> {
  if (!isWritten(behavior) || !behavior.isPresent) return;
  const target = behavior.get('TargetOriginId');
  if (targets && target.literal !== undefined && !targets.includes(target.literal))
    yield fault(
      target,
      `the behavior uses origin '${target.text}', which the distribution does not have`,
      'Use the Id of one of its Origins.',
    );
  const allowed = behavior.get('AllowedMethods');
  const cached = behavior.get('CachedMethods');
  for (const [methods, sets] of [
    [allowed, METHOD_SETS],
    [cached, CACHED_SETS],
  ] as const) {
    const set = literals(methods)?.sort().join(' ');
    if (!methods.isPresent || set === undefined || sets.includes(set)) continue;
    yield fault(
      methods,
      `CloudFront does not accept ${methods.path.split('.').at(-1)} ${set || '[]'}`,
      `Use ${sets.join('; or ')}.`,
    );
  }
  const notAllowed = (literals(cached) ?? []).filter(
    (method) => !(literals(allowed) ?? [method]).includes(method) && allowed.isPresent,
  );
  if (notAllowed.length > 0)
    yield fault(
      cached,
      `CachedMethods has ${notAllowed.join(', ')}, which AllowedMethods lacks`,
      'Add it there.',
    );
  yield* policyFaults(behavior);
  const associations = behavior.get('FunctionAssociations');
  yield* repeated(
    associations.items.map((one) => one.get('EventType')),
    'a function for',
  );
  for (const event of associations.items.map((one) => one.get('EventType'))) {
    if (['viewer-request', 'viewer-response', undefined].includes(event.literal)) continue;
    yield fault(
      event,
      `${event.text} is not an event of CloudFront functions`,
      'Use viewer-request or viewer-response.',
    );
  }
}

function* policyFaults(behavior: Value): Generator<CreationFault> {
  const policy = behavior.get('CachePolicyId');
  const legacy = behavior.get('ForwardedValues');
  if (policy.isPresent === legacy.isPresent && isWritten(policy) && isWritten(legacy))
    yield fault(
      legacy.isPresent ? legacy : policy,
      policy.isPresent
        ? 'ForwardedValues cannot be used when a cache policy is associated to the cache behavior'
        : 'the behavior has neither CachePolicyId nor ForwardedValues',
      'Use one of CachePolicyId and ForwardedValues.',
    );
  const originRequest = behavior.get('OriginRequestPolicyId');
  if (originRequest.isPresent && isWritten(originRequest) && !policy.isPresent && legacy.isPresent)
    yield fault(
      originRequest,
      'an origin request policy needs a cache policy',
      'Set CachePolicyId instead of ForwardedValues.',
    );
  if (legacy.get('QueryString').boolean === false && legacy.get('QueryStringCacheKeys').items.length > 0)
    yield fault(
      legacy.get('QueryStringCacheKeys'),
      'QueryString cannot be false if query strings are set in QueryStringCacheKeys',
      'Set QueryString to true, or remove the keys.',
    );
  const cookies = legacy.get('Cookies');
  if (cookies.get('Forward').literal === 'whitelist' && !cookies.get('WhitelistedNames').isPresent)
    yield fault(cookies, 'cookies are forwarded by name, and none is named', 'List WhitelistedNames.');
}

/** Row CFF-LIM-01. */
const MAX_CODE_BYTES = 10_240;

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

function* nameFaults(name: Value): Generator<CreationFault> {
  if (name.literal === undefined || NAME.test(name.literal)) return;
  yield fault(name, `'${name.text}' is not a name`, 'Use 1 to 64 letters, digits, hyphens and underscores.');
}

/** Developer guide, "Quotas on CloudFront Functions". */
export function* functionFaults(properties: Value): Generator<CreationFault> {
  yield* nameFaults(properties.get('Name'));
  const config = properties.get('FunctionConfig');
  yield* longComment(config.get('Comment'));
  const code = properties.get('FunctionCode');
  const bytes = Buffer.byteLength(code.filled(() => ''));
  if (bytes > MAX_CODE_BYTES)
    yield fault(
      code,
      `the function has ${bytes} bytes, more than the maximum of ${MAX_CODE_BYTES}`,
      'Shorten it. Comments count too.',
    );
  const stores = config.get('KeyValueStoreAssociations');
  yield* tooMany(stores, 1, 'key value stores');
  if (stores.items.length > 0 && config.get('Runtime').literal === 'cloudfront-js-1.0')
    yield fault(
      config.get('Runtime'),
      'cloudfront-js-1.0 cannot read a key value store',
      'Use cloudfront-js-2.0.',
    );
}

export function* keyValueStoreFaults(properties: Value): Generator<CreationFault> {
  yield* nameFaults(properties.get('Name'));
  yield* longComment(properties.get('Comment'));
}
