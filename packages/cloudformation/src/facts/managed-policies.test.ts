import { CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { expect, test } from 'vitest';
import { MANAGED_POLICIES } from './managed-policies';

test('MANAGED_POLICIES has all ids that aws-cdk-lib has', () => {
  const ids = (policies: object, property: string) =>
    Object.getOwnPropertyNames(policies)
      .concat(staticNames(policies))
      .map((name) => (policies as Record<string, Record<string, unknown> | undefined>)[name]?.[property])
      .filter((id) => typeof id === 'string')
      .sort();
  expect(Object.keys(MANAGED_POLICIES.CachePolicy).sort()).toEqual(ids(CachePolicy, 'cachePolicyId'));
  expect(Object.keys(MANAGED_POLICIES.OriginRequestPolicy).sort()).toEqual(
    ids(OriginRequestPolicy, 'originRequestPolicyId'),
  );
  expect(Object.keys(MANAGED_POLICIES.ResponseHeadersPolicy).sort()).toEqual(
    ids(ResponseHeadersPolicy, 'responseHeadersPolicyId'),
  );
});

/** Names of the static members on a class's prototype chain. */
function staticNames(policies: object): string[] {
  const parent = Object.getPrototypeOf(policies) as object | null;
  return parent && parent !== Function.prototype
    ? Object.getOwnPropertyNames(parent).concat(staticNames(parent))
    : [];
}
