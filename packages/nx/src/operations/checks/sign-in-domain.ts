import { literalDomainPrefixProblem } from '@spa-on-aws/cloudformation';
import type { Template } from '../assembly/template';

/** A digit stands for what only the deployment knows: it breaks no rule of domain prefixes. */
const UNKNOWN = '0';

/**
 * Says what Cognito will have against the sign-in domains of a template, as far as their literal parts tell
 * (CG-AD-07). A domain of one's own, with a certificate, has no prefix.
 */
export function domainPrefixProblems(template: Template): string[] {
  return Object.values(template.Resources).flatMap(({ Type, Properties = {} }) => {
    if (Type !== 'AWS::Cognito::UserPoolDomain' || Properties['CustomDomainConfig']) return [];
    return literalDomainPrefixProblem(literalText(Properties['Domain'])) ?? [];
  });
}

function literalText(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  return join ? join[1].map(literalText).join(join[0]) : UNKNOWN;
}
