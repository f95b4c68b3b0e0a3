import { Aws, Fn, Token } from 'aws-cdk-lib/core';
import { literalDomainPrefixProblem } from '@spa-on-aws/cloudformation';

/**
 * The prefix of a stage's sign-in domain when none is chosen: `spa-{stage}-{8 hex digits of the stack's id}`.
 *
 * Unique among all accounts (CG-AD-07) although no account is known at synth; it changes only when the stack is
 * deleted and created anew.
 */
export function defaultDomainPrefix(stageName: string): string {
  const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return `spa-${stageName}-${Fn.select(0, Fn.split('-', stackUuid))}`;
}

/**
 * Says what is wrong with a literal domain prefix, or nothing. Of a value known only at deployment it knows
 * nothing, so its literal parts are for the caller to check.
 */
export function domainPrefixProblem(prefix: string): string | undefined {
  if (Token.isUnresolved(prefix)) return undefined;
  return literalDomainPrefixProblem(prefix);
}

/** Origin of managed login below Cognito's own domain, no trailing slash. */
export function signInOrigin(domainPrefix: string): string {
  return `https://${domainPrefix}.auth.${Aws.REGION}.amazoncognito.com`;
}

/** Origin that serves every user pool's discovery document and keys, no trailing slash. */
export function userPoolOrigin(): string {
  return `https://cognito-idp.${Aws.REGION}.amazonaws.com`;
}
