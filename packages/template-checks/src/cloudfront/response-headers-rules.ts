import { finding, rule, type Finding, type Findings } from '../rule';
import {
  isFixedResponseHeader,
  longestLength,
  type TemplateResource,
  type TemplateDocument,
  type Value,
} from '@spa-on-aws/cloudformation';
import { apiBehind, behaviorsOf } from './distribution';

const POLICY = 'AWS::CloudFront::ResponseHeadersPolicy';
const MAX_VALUE_LENGTH = 1783;
const MAX_CUSTOM_HEADERS_LENGTH = 10_240;
const MAX_HEADERS = 10;

/** Headers of SecurityHeadersConfig; CloudFront rejects them as custom headers. */
const SECURITY_HEADERS = new Set([
  ...['content-security-policy', 'referrer-policy', 'strict-transport-security'],
  ...['x-content-type-options', 'x-frame-options', 'x-xss-protection'],
]);

export const headersAreTaken = rule(
  'deployable',
  'response-headers-policies-valid',
  'response headers policies set and remove only allowed headers, at most 10 each, with at most 1,783 characters',
  function* ({ template }) {
    for (const policy of template.ofType(POLICY)) {
      const config = policy.properties.get('ResponseHeadersPolicyConfig');
      const custom = config.get('CustomHeadersConfig', 'Items');
      const removed = config.get('RemoveHeadersConfig', 'Items');
      yield* customHeaderFindings(custom);
      for (const item of removed.items) {
        const header = item.get('Header');
        if (!isFixedResponseHeader(header.text.toLowerCase())) continue;
        yield finding(header, `a policy cannot remove ${header.text}`, 'Remove it from the list.');
      }
      for (const list of [custom, removed]) {
        if (list.items.length <= MAX_HEADERS) continue;
        yield finding(
          list,
          `${list.items.length} headers, more than the maximum of ${MAX_HEADERS}`,
          'Combine or remove some.',
        );
      }
      const csp = config.get('SecurityHeadersConfig', 'ContentSecurityPolicy', 'ContentSecurityPolicy');
      yield* tooLong(csp, 'the Content-Security-Policy');
    }
  },
  ['CF-RHP-03', 'CF-RHP-09'],
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
      ? 'belongs in SecurityHeadersConfig; CloudFront rejects it as a custom header'
      : lower.startsWith('access-control-')
        ? 'belongs in CorsConfig; CloudFront rejects it as a custom header'
        : isFixedResponseHeader(lower)
          ? 'cannot be set by a policy'
          : seen.has(lower)
            ? 'appears twice'
            : /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(lower)
              ? undefined
              : 'is not a header name';
    seen.add(lower);
    if (reason) {
      yield finding(header, `${header.text || 'an empty name'} ${reason}`, 'Remove it from the list.');
    }
    yield* tooLong(value, header.text);
  }
  if (total > MAX_CUSTOM_HEADERS_LENGTH) {
    yield finding(
      list,
      `custom headers can have ${total} characters in total, more than the maximum of ${MAX_CUSTOM_HEADERS_LENGTH}`,
      'Shorten them.',
    );
  }
}

function* tooLong(value: Value, what: string): Findings {
  const length = longestLength(value);
  if (length <= MAX_VALUE_LENGTH) return;
  yield finding(
    value,
    `${what} can have ${length} characters, more than the maximum of ${MAX_VALUE_LENGTH}`,
    'Shorten it. In a Content-Security-Policy, use default-src for several directives.',
  );
}

export const securityHeaders = rule(
  'site',
  'security-headers-set',
  'every response has Content-Security-Policy, HSTS, nosniff, X-Frame-Options and Referrer-Policy, whatever the origin sends',
  function* ({ template }) {
    for (const behavior of behaviorsOf(template)) {
      const id = behavior.config.get('ResponseHeadersPolicyId');
      const policy = template.referred(id, POLICY);
      if (!policy) {
        yield finding(
          id,
          `behavior ${behavior.pattern} has no response headers policy of this template`,
          'Set the policy with the security headers.',
        );
        continue;
      }
      if (!apiBehind(template, behavior) || behavior.isDefault) yield* missingHeaders(policy);
    }
  },
);

const MIN_HSTS_S = 31_536_000;

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
    yield finding(
      header,
      `${name} is ${header.isPresent ? 'only set when the origin does not send it' : 'missing'}`,
      'Set it with Override true.',
    );
  }
  const age = headers.get('StrictTransportSecurity', 'AccessControlMaxAgeSec');
  if (headers.get('StrictTransportSecurity').isPresent && (age.number ?? 0) < MIN_HSTS_S) {
    yield finding(
      age,
      `Strict-Transport-Security has max-age ${age.text} seconds, less than a year`,
      `Set AccessControlMaxAgeSec to ${MIN_HSTS_S}.`,
    );
  }
}

export const contentSecurityPolicy = rule(
  'site',
  'content-security-policy-strict',
  'the page runs no inline scripts and no strings as script (innerHTML), and connects only to itself, the issuer of the user pool and its domain',
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
      yield finding('Resources', 'there is no Content-Security-Policy', 'Set one on the page.');
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
      yield fault(`${name} allows ${loose ?? wide ?? ''}`, 'Use exact origins and no unsafe-… keyword.');
    }
  }
  if (!(directives.get('require-trusted-types-for') ?? []).includes("'script'")) {
    yield fault("require-trusted-types-for 'script' is missing: innerHTML could run scripts", 'Add it.');
  }
  for (const name of ['base-uri', 'form-action', 'frame-ancestors']) {
    if (!directives.has(name))
      yield fault(`${name} is missing, and default-src does not apply to it`, 'Add it.');
  }
  const expected = connectSources(template);
  const allowed = directives.get('connect-src') ?? fallback;
  const remedy = `Allow ${expected.join(' ')}.`;
  for (const source of allowed.filter((one) => !expected.includes(one))) {
    yield fault(`connect-src allows ${source}: a script could send tokens there`, remedy);
  }
  for (const source of expected.filter((one) => !allowed.includes(one))) {
    yield fault(`connect-src does not allow ${source}, which sign-in needs`, remedy);
  }
}

/** Origins that the page needs: itself, the token issuer, and the domain of the token endpoint. */
function connectSources(template: TemplateDocument): readonly string[] {
  const domains = template.ofType('AWS::Cognito::UserPoolDomain').map(({ properties }) => {
    const domain = properties.get('Domain').text;
    return properties.get('CustomDomainConfig').isPresent
      ? `https://${domain}`
      : `https://${domain}.auth.\${AWS::Region}.amazoncognito.com`;
  });
  return ["'self'", 'https://cognito-idp.${AWS::Region}.amazonaws.com', ...domains];
}
