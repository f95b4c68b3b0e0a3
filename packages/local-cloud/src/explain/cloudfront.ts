import type { CompressionData, LifetimeData } from '../trace/cloudfront-events';
import type { HeaderChange, Hop } from '../trace/trace';
import type { HopDescription } from './describe-hop';

type CloudFrontHop = Extract<Hop, { service: 'cloudfront' }>;

export function describeCloudFront(hop: CloudFrontHop): HopDescription {
  return { service: 'CloudFront', sentence: sentenceOf(hop), facts: factsOf(hop) };
}

function sentenceOf(hop: CloudFrontHop): string {
  switch (hop.event) {
    case 'request.rejected':
      return `rejects the request with ${hop.data.status}: ${rejectionOf(hop.data)}`;
    case 'behavior.matched': {
      const { isDefault, pattern, notMatched, path, origin } = hop.data;
      const others = notMatched.join(', ');
      const whyDefault = others === '' ? 'the only one' : `${others} did not match`;
      const match = isDefault ? whyDefault : `matches ${path}${others === '' ? '' : `; ${others} did not`}`;
      return `${isDefault ? 'default behavior' : `behavior ${pattern}`} (${match}) → origin ${origin}`;
    }
    case 'viewer-protocol.rejected':
      return `rejects plain HTTP: behavior ${hop.data.pattern} requires HTTPS (ViewerProtocolPolicy ${hop.data.policy})`;
    case 'viewer-protocol.redirected':
      return `redirects plain HTTP to HTTPS with ${hop.data.status} (ViewerProtocolPolicy ${hop.data.policy})`;
    case 'method.not-allowed':
      return `rejects ${hop.data.method}: behavior ${hop.data.pattern} allows only ${hop.data.allowed.join(', ')}`;
    case 'function.logged':
      return `function ${hop.data.name} logged: ${hop.data.line}`;
    case 'function.ran': {
      const { name, eventType, path, queryParameters, status, isBodyReplaced = false } = hop.data;
      const did = [
        ...(path === undefined ? [] : [`changed the path to ${path}`]),
        ...(queryParameters === undefined ? [] : ['changed the query']),
        ...(status === undefined ? [] : [`set the status to ${status}`]),
        ...(isBodyReplaced ? ['replaced the body'] : []),
        ...changesOf(hop.details.headers),
      ];
      const message = eventType === 'viewer-request' ? 'request' : 'response';
      return `function ${name} (${eventType}) ${did.length === 0 ? `did not change the ${message}` : did.join('; ')}`;
    }
    case 'function.responded': {
      const { name, status, location } = hop.data;
      return `function ${name} answered ${status}${location === undefined ? '' : ` → ${location}`}; the origin is not asked`;
    }
    case 'function.failed':
      return `${hop.data.status}: the ${hop.data.eventType} function failed: ${hop.data.detail}`;
    case 'cache.bypassed':
      return `not cached: ${bypassOf(hop.data)}`;
    case 'cache.hit':
      return `served from the cache: stored ${hop.data.ageSeconds} s ago, valid for ${Math.ceil(hop.data.secondsLeft)} s more`;
    case 'cache.collapsed':
      return 'served from the cache: the response was fetched for another viewer at the same time';
    case 'cache.stale-served':
      return `served from the cache although expired ${Math.ceil(-hop.data.secondsLeft)} s ago: ${staleReasonOf(hop.data)}`;
    case 'cache.expired':
      return `the cached response expired ${hop.data.expiredSecondsAgo} s ago; the origin is asked whether it is still valid`;
    case 'cache.waiting':
      return 'waits for a fetch of the same response for another viewer';
    case 'cache.revalidated':
      return `the origin answered 304: the cached response is valid ${lifetimeOf(hop.data.lifetime)}`;
    case 'cache.stored':
      return `fetched from the origin, cached ${lifetimeOf(hop.data.lifetime)}`;
    case 'cache.not-stored': {
      const { reason, status, cacheControl, bytes, limitBytes } = hop.data;
      if (reason === 'event-stream') return 'not stored in the cache: it is an event stream';
      return reason === 'too-large'
        ? `not stored in the cache: ${bytes} bytes exceed its limit of ${limitBytes}`
        : `not stored in the cache: status ${status}${cacheControl === undefined ? '' : `, Cache-Control ${cacheControl}`}`;
    }
    case 'origin.requested': {
      const { host, method, path, signedBy } = hop.data;
      return `requests ${method} ${path} from origin ${host}${signedBy === undefined ? '' : `, signed by the ${signedBy.replaceAll('-', ' ')}`}`;
    }
    case 'origin.attempt-failed':
      return `attempt ${hop.data.attempt} of ${hop.data.attempts} failed: ${hop.data.detail}`;
    case 'origin.failed':
      return `origin ${hop.data.host} failed: ${hop.data.detail}; CloudFront answers ${hop.data.status}`;
    case 'origin.failed-over':
      return `origin group ${hop.data.group}: ${hop.data.from} answered ${hop.data.status}, so ${hop.data.to} is asked`;
    case 'custom-error.replaced':
      return `custom error response: ${hop.data.from} becomes ${hop.data.to} with ${hop.data.page}, in every behavior of the distribution`;
    case 'custom-error.page-failed':
      return `the error page ${hop.data.page} failed: the viewer gets its status ${hop.data.status}`;
    case 'response.headers-policy-applied': {
      const did = changesOf(hop.details.headers);
      return `response headers policy ${hop.data.policy} ${did.length === 0 ? 'changed nothing' : did.join()}`;
    }
    case 'response.function-skipped':
      return `function ${hop.data.name} did not run: the origin answered ${hop.data.originStatus}, and viewer-response functions run only below 400`;
  }
}

function factsOf(hop: CloudFrontHop): Readonly<Record<string, string>> {
  switch (hop.event) {
    case 'behavior.matched': {
      const { pattern, notMatched, path, requestPath, origin, cachePolicy } = hop.data;
      return {
        Behavior: pattern,
        ...(notMatched.length > 0 && { 'Patterns that did not match': notMatched.join(', ') }),
        ...(path !== requestPath && { 'Path compared': path }),
        Origin: origin,
        'Cache policy': cachePolicy,
        'Origin request policy': hop.data.originRequestPolicy ?? 'none',
        'Response headers policy': hop.data.responseHeadersPolicy ?? 'none',
      };
    }
    case 'viewer-protocol.redirected':
      return { Location: hop.data.location };
    case 'function.ran': {
      const { path, queryParameters: parameters } = hop.data;
      return {
        ...(path !== undefined && { 'New path': path }),
        ...(parameters && { 'New query parameters': parameters.join(', ') || 'none' }),
      };
    }
    case 'cache.hit':
    case 'cache.collapsed':
    case 'cache.stale-served': {
      const { path, lifetime } = hop.data;
      return { Path: path, Lifetime: `${lifetime.seconds} s: ${basisOf(lifetime)}` };
    }
    case 'cache.stored': {
      const { key, lifetime, compression } = hop.data;
      return { 'Cache key': key, Lifetime: basisOf(lifetime), Compression: compressionOf(compression) };
    }
    case 'cache.not-stored':
      return hop.data.compression ? { Compression: compressionOf(hop.data.compression) } : {};
    case 'custom-error.replaced':
      return {
        'Requested path': hop.data.path,
        'Status of the origin': String(hop.data.originStatus ?? 'none, CloudFront made the error'),
        Page: hop.data.page,
        'Status for the viewer': String(hop.data.to),
      };
    default:
      return {};
  }
}

type DataOf<Event extends CloudFrontHop['event']> = Extract<CloudFrontHop, { event: Event }>['data'];

function rejectionOf({ reason, count, limit, path }: DataOf<'request.rejected'>): string {
  return {
    'url-too-long': `the URL has ${count} bytes, the limit is ${limit}`,
    'head-too-large': `URL and headers have ${count} bytes, the limit is ${limit}`,
    'connect-method': 'CloudFront does not support CONNECT',
    'path-invalid': `${path} is not a path`,
    'too-many-distributions': `the request passed ${count} distributions before this one, the limit is ${limit}`,
    'get-with-body': 'a GET request has a body',
  }[reason];
}

function bypassOf({ reason, cachePolicy, method }: DataOf<'cache.bypassed'>): string {
  return {
    'caching-disabled': `caching is disabled for this behavior (${cachePolicy})`,
    'method-not-cached': `this behavior does not cache ${method} requests`,
    'if-match': 'the origin evaluates If-Match and If-Unmodified-Since',
  }[reason];
}

function staleReasonOf({ reason, originStatus, retrySeconds }: DataOf<'cache.stale-served'>): string {
  return {
    'origin-failed': `the origin failed (${originStatus}) and is asked again after ${retrySeconds} s`,
    'origin-failed-recently': 'the origin failed recently',
    revalidating: 'the origin is asked in the background (stale-while-revalidate)',
  }[reason];
}

function lifetimeOf(lifetime: LifetimeData): string {
  return `for ${lifetime.seconds} s (${basisOf(lifetime)})`;
}

function basisOf({ basis: { source, originSeconds, policy } }: LifetimeData): string {
  const limits = policy && `${policy.name}: min ${policy.minTtl}, max ${policy.maxTtl}`;
  switch (source) {
    case 's-maxage':
    case 'max-age':
    case 'expires': {
      const name = source === 'expires' ? 'Expires' : source;
      return limits === undefined ? name : `${name} ${originSeconds}, within ${limits}`;
    }
    case 'no-store':
    case 'private':
    case 'no-cache':
      return limits === undefined ? source : `${source}, but ${limits}`;
    case 'default-ttl':
      return `the origin sets no lifetime; default TTL of ${policy?.name}`;
    case 'error-minimum':
      return 'ErrorCachingMinTTL';
  }
}

function compressionOf(compression: CompressionData): string {
  if ('coding' in compression) return `compressed with ${compression.coding}`;
  const { skipped, value = '' } = compression;
  const reasons: Readonly<Record<typeof skipped, string>> = {
    'compress-off': 'Compress is off for this behavior',
    'policy-without-codings': `${value} enables neither gzip nor brotli`,
    status: `responses with status ${value} are not compressed`,
    'already-encoded': `the origin sent it with ${value}`,
    type: `CloudFront does not compress ${value || 'a response without Content-Type'}`,
    'no-length': 'the origin sent no Content-Length',
    size: `${value} bytes are outside of 1,000 to 10,000,000`,
    'not-accepted': 'the viewer accepts neither br nor gzip',
  };
  return `not compressed: ${reasons[skipped]}`;
}

/** Lists header changes, e.g. `removed X-Powered-By, set X-Frame-Options and Server`; empty without changes. */
function changesOf(changes: readonly HeaderChange[] = []): string[] {
  const lists = (['set', 'removed'] as const).flatMap((op) => {
    const names = new Set(changes.filter((change) => change.op === op).map(({ name }) => name));
    return names.size === 0 ? [] : [`${op} ${new Intl.ListFormat('en-GB').format(names)}`];
  });
  return lists.length === 0 ? [] : [lists.join(', ')];
}
