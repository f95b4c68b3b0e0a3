import type { Value } from '../document/value';
import { distributionFaults, functionFaults, keyValueStoreFaults } from './cloudfront-distribution';
import {
  cachePolicyFaults,
  originRequestPolicyFaults,
  responseHeadersPolicyFaults,
} from './cloudfront-policies';
import type { CreationFault } from './fault';

export type { CreationFault } from './fault';

const FAULTS: Readonly<Record<string, (properties: Value) => Iterable<CreationFault>>> = {
  'AWS::CloudFront::CachePolicy': cachePolicyFaults,
  'AWS::CloudFront::Distribution': distributionFaults,
  'AWS::CloudFront::Function': functionFaults,
  'AWS::CloudFront::KeyValueStore': keyValueStoreFaults,
  'AWS::CloudFront::OriginRequestPolicy': originRequestPolicyFaults,
  'AWS::CloudFront::ResponseHeadersPolicy': responseHeadersPolicyFaults,
};

/** Types of the resources that {@link creationFaults} checks. */
export const CHECKED_TYPES: readonly string[] = Object.keys(FAULTS);

/**
 * Finds everything for which AWS refuses to create a resource: what its documentation says, and what its error messages say.
 * Values that are known after deployment only are not checked. The properties may be resolved or not.
 */
export function creationFaults(type: string, properties: Value): readonly CreationFault[] {
  return [...(FAULTS[type]?.(properties) ?? [])];
}
