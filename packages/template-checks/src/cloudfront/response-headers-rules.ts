import { finding, rule, type Finding, type Findings } from '../rule';
import type { TemplateResource, TemplateDocument, Value } from '@spa-on-aws/cloudformation';
import { apiBehind, behaviorsOf } from './distribution';

const POLICY = 'AWS::CloudFront::ResponseHeadersPolicy';
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
