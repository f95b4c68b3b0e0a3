import { rule, type Finding, type Findings } from '../rule';
import {
  longestLength,
  type TemplateResource,
  type TemplateDocument,
  type Value,
} from '@spa-on-aws/cloudformation';
import { apiBehind, behaviorsOf } from './distribution';

const POLICY = 'AWS::CloudFront::ResponseHeadersPolicy';
const LONGEST_VALUE = 1783;
const LONGEST_CUSTOM_HEADERS = 10_240;
const MOST_HEADERS = 10;

/** What CloudFront sets by its own configuration, and refuses as a custom header. */
const SECURITY_HEADERS = new Set([
  ...['content-security-policy', 'referrer-policy', 'strict-transport-security'],
  ...['x-content-type-options', 'x-frame-options', 'x-xss-protection'],
]);

/** What no policy may remove, and none may set (CloudFront developer guide, response headers policies). */
const UNTOUCHABLE = new RegExp(
  `^(?:${[
    ...['connection', 'content-encoding', 'content-length', 'expect', 'host', 'keep-alive'],
    ...['proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'trailer', 'transfer-encoding'],
    ...['upgrade', 'via', 'warning', 'x-accel-buffering', 'x-accel-charset', 'x-accel-limit-rate'],
    ...['x-accel-redirect', 'x-amz-cf-.*', 'x-amzn-auth', 'x-amzn-cf-billing', 'x-amzn-cf-id'],
    ...['x-amzn-cf-xff', 'x-amzn-errortype', 'x-amzn-fle-profile', 'x-amzn-header-count'],
    ...['x-amzn-header-order', 'x-amzn-lambda-integration-tag', 'x-amzn-requestid', 'x-cache'],
    ...['x-edge-.*', 'x-forwarded-proto', 'x-real-ip'],
  ].join('|')})$`,
);

/** CloudFront takes the policy: names, number and lengths. */
export const headersAreTaken = rule(
  'deployable',
  'response-headers-policies-valid',
  ['CF-RHP-03', 'CF-RHP-09'],
  'response headers policies set and remove only headers CloudFront lets them, at most 10 of a kind, none longer than 1,783 characters',
  function* ({ template }) {
    for (const policy of template.ofType(POLICY)) {
      const config = policy.properties.get('ResponseHeadersPolicyConfig');
      const custom = config.get('CustomHeadersConfig', 'Items');
      const removed = config.get('RemoveHeadersConfig', 'Items');
      yield* customHeaderFindings(custom);
      for (const item of removed.items) {
        const header = item.get('Header');
        if (!UNTOUCHABLE.test(header.text.toLowerCase())) continue;
        yield {
          path: header.path,
          problem: `${header.text} cannot be removed by a policy`,
          remedy: 'Take it off the list.',
        };
      }
      for (const list of [custom, removed]) {
        if (list.items.length <= MOST_HEADERS) continue;
        yield {
          path: list.path,
          problem: `${list.items.length} headers, and a policy takes ${MOST_HEADERS}`,
          remedy: 'Combine or drop some.',
        };
      }
      const csp = config.get('SecurityHeadersConfig', 'ContentSecurityPolicy', 'ContentSecurityPolicy');
      yield* tooLong(csp, 'the Content-Security-Policy');
    }
  },
);

function* customHeaderFindings(list: Value): Findings {
  const seen = new Set<string>();
  let total = 0;
  for (const item of list.items) {
    const header = item.get('Header');
    const lower = header.text.toLowerCase();
    const value = item.get('Value');
    total += longestLength(header) + longestLength(value);
    const reason = SECURITY_HEADERS.has(lower)
      ? 'has a place of its own in SecurityHeadersConfig, and is refused as a custom header'
      : lower.startsWith('access-control-')
        ? 'has a place of its own in CorsConfig, and is refused as a custom header'
        : UNTOUCHABLE.test(lower)
          ? 'cannot be set by a policy'
          : seen.has(lower)
            ? 'is there twice'
            : /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(lower)
              ? undefined
              : 'is no name of a header';
    seen.add(lower);
    if (reason) {
      yield {
        path: header.path,
        problem: `${header.text || 'an empty name'} ${reason}`,
        remedy: 'Take it off the list.',
      };
    }
    yield* tooLong(value, header.text);
  }
  if (total > LONGEST_CUSTOM_HEADERS) {
    yield {
      path: list.path,
      problem: `custom headers have up to ${total} characters together, and a policy takes ${LONGEST_CUSTOM_HEADERS}`,
      remedy: 'Shorten them.',
    };
  }
}

function* tooLong(value: Value, what: string): Findings {
  const length = longestLength(value);
  if (length <= LONGEST_VALUE) return undefined;
  yield {
    path: value.path,
    problem: `${what} can become ${length} characters long, and CloudFront takes ${LONGEST_VALUE}`,
    remedy: 'Shorten it: for a Content-Security-Policy, let directives fall back to default-src.',
  };
}

/** Every answer has the security headers, the page first of all. */
export const securityHeaders = rule(
  'site',
  'security-headers-set',
  [],
  'every behavior answers with Content-Security-Policy, HSTS, nosniff, no framing and a referrer policy, whatever the origin says',
  function* ({ template }) {
    for (const behavior of behaviorsOf(template)) {
      const id = behavior.config.get('ResponseHeadersPolicyId');
      const policy = template.referred(id, POLICY);
      if (!policy) {
        yield {
          path: id.path,
          problem: `behavior ${behavior.pattern} has no response headers policy of this template`,
          remedy: 'Give it the policy with the security headers.',
        };
        continue;
      }
      if (!apiBehind(template, behavior) || behavior.isDefault) yield* missingHeaders(policy);
    }
  },
);

const LEAST_HSTS_S = 31_536_000;

function* missingHeaders(policy: TemplateResource): Findings {
  const headers = policy.properties.get('ResponseHeadersPolicyConfig', 'SecurityHeadersConfig');
  const wanted = [
    'ContentSecurityPolicy',
    'StrictTransportSecurity',
    'ContentTypeOptions',
    'FrameOptions',
    'ReferrerPolicy',
  ];
  for (const name of wanted) {
    const header = headers.get(name);
    if (header.isPresent && header.get('Override').boolean === true) continue;
    yield {
      path: header.path,
      problem: `${name} is ${header.isPresent ? 'set only where the origin sends none' : 'missing'}`,
      remedy: 'Set it, with Override true.',
    };
  }
  const age = headers.get('StrictTransportSecurity', 'AccessControlMaxAgeSec');
  if (headers.get('StrictTransportSecurity').isPresent && (age.number ?? 0) < LEAST_HSTS_S) {
    yield {
      path: age.path,
      problem: `Strict-Transport-Security holds for ${age.text} seconds, less than a year`,
      remedy: `Set AccessControlMaxAgeSec to ${LEAST_HSTS_S}.`,
    };
  }
}

/** The page runs its own scripts only, and talks to nobody else. */
export const contentSecurityPolicy = rule(
  'site',
  'content-security-policy-strict',
  [],
  'the page runs no inline script and no string as script (innerHTML), and connects to itself, the pool’s issuer and its domain only',
  function* ({ template }) {
    const policies = template
      .ofType(POLICY)
      .map((policy) =>
        policy.properties.get(
          'ResponseHeadersPolicyConfig',
          'SecurityHeadersConfig',
          'ContentSecurityPolicy',
          'ContentSecurityPolicy',
        ),
      )
      .filter((csp) => csp.isPresent);
    if (policies.length === 0) {
      yield {
        path: 'Resources',
        problem: 'there is no Content-Security-Policy',
        remedy: 'Set one on the page.',
      };
    }
    for (const csp of policies) yield* cspFindings(template, csp);
  },
);

function* cspFindings(template: TemplateDocument, csp: Value): Findings {
  const directives = new Map(
    csp.text
      .split(';')
      .map((directive) => directive.trim().split(/\s+/))
      .map(([name = '', ...sources]) => [name.toLowerCase(), sources] as const),
  );
  const fault = (problem: string, remedy: string): Finding => ({ path: csp.path, problem, remedy });
  const fallback = directives.get('default-src') ?? ['*'];
  for (const name of ['script-src', 'style-src', 'connect-src', 'object-src', 'worker-src']) {
    const sources = directives.get(name) ?? fallback;
    const loose = sources.find((source) =>
      ["'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", 'data:', 'blob:', 'http:', 'https:'].includes(
        source,
      ),
    );
    const wide = sources.find((source) => source.includes('*'));
    if (loose ?? wide) {
      yield fault(`${name} allows ${loose ?? wide ?? ''}`, 'Name exact origins, and no unsafe-… keyword.');
    }
  }
  if (!(directives.get('require-trusted-types-for') ?? []).includes("'script'")) {
    yield fault("require-trusted-types-for 'script' is missing: innerHTML runs what it is given", 'Add it.');
  }
  for (const name of ['base-uri', 'form-action', 'frame-ancestors']) {
    if (!directives.has(name))
      yield fault(`${name} is missing, and does not fall back to default-src`, 'Add it.');
  }
  const expected = connectSources(template);
  const allowed = directives.get('connect-src') ?? fallback;
  for (const source of allowed) {
    if (!expected.includes(source)) {
      yield fault(
        `connect-src allows ${source}: a token could be sent there`,
        `Allow ${expected.join(' ')}.`,
      );
    }
  }
  for (const source of expected) {
    if (!allowed.includes(source)) {
      yield fault(`connect-src lacks ${source}: sign-in could not work`, `Allow ${expected.join(' ')}.`);
    }
  }
}

/** Whom the page has to talk to: itself, the issuer of tokens and the domain that exchanges them. */
function connectSources(template: TemplateDocument): readonly string[] {
  const domains = template.ofType('AWS::Cognito::UserPoolDomain').map(({ properties }) => {
    const domain = properties.get('Domain').text;
    return properties.get('CustomDomainConfig').isPresent
      ? `https://${domain}`
      : `https://${domain}.auth.\${AWS::Region}.amazoncognito.com`;
  });
  return ["'self'", 'https://cognito-idp.${AWS::Region}.amazonaws.com', ...domains];
}
