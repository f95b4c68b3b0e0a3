import { Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/**
 * Suppresses rules of cdk-nag's AwsSolutions pack for a construct and its children, and records the reason.
 *
 * It writes the same metadata as `Validations.acknowledge`, without the stack trace, which would put local file paths
 * into the assembly.
 *
 * @param rules rule ids without the pack's name, such as `S1`, or a single finding of a rule: `IAM5[Resource::*]`
 */
export function acknowledge(construct: IConstruct, reason: string, ...rules: readonly string[]): void {
  const reasons = Object.fromEntries(rules.map((rule) => [`AwsSolutions-${rule}`, reason]));
  construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, reasons);
}
