import type { Stack } from '@spa-on-aws/cloudformation';

/**
 * The AWS hosts this service answers for: the user pools' endpoint of the region, and each pool's domain.
 *
 * Reads names only, so that it can be asked before the hosts are mapped to local origins.
 */
export function cognitoHosts(stack: Stack): string[] {
  const domains = stack
    .ofType('AWS::Cognito::UserPoolDomain')
    .map((domain) => `${domain.ref}.auth.${stack.region}.amazoncognito.com`);
  const pools = stack.ofType('AWS::Cognito::UserPool');
  return pools.length > 0 ? [`cognito-idp.${stack.region}.amazonaws.com`, ...domains] : domains;
}
