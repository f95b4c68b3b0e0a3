import { Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/**
 * Has a construct, and all below it, break rules of cdk-nag's pack AwsSolutions, for a reason.
 *
 * It records what `Validations.acknowledge` does, but for the stack trace: that would put the paths of this machine
 * into the assembly.
 *
 * @param rules without the pack's name: `S1`, or one finding of a rule that has several, `IAM5[Resource::*]`
 */
export function acknowledge(construct: IConstruct, reason: string, ...rules: readonly string[]): void {
  const reasons = Object.fromEntries(rules.map((rule) => [`AwsSolutions-${rule}`, reason]));
  construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, reasons);
}
