import type { Template } from '../assembly/template';

/**
 * Buckets that a stack deletes without emptying them, by logical id.
 *
 * Those that CDK's `autoDeleteObjects` looks after are emptied in the course of the deletion.
 */
export function bucketsToEmpty(template: Template): string[] {
  const resources = Object.entries(template.Resources);
  const emptiedByCdk = resources
    .filter(([, { Type }]) => Type === 'Custom::S3AutoDeleteObjects')
    .map(([, { Properties }]) => (Properties?.['BucketName'] as { Ref?: string } | undefined)?.Ref);
  return resources
    .filter(
      ([, { Type, DeletionPolicy = 'Delete' }]) => Type === 'AWS::S3::Bucket' && DeletionPolicy === 'Delete',
    )
    .map(([logicalId]) => logicalId)
    .filter((logicalId) => !emptiedByCdk.includes(logicalId));
}
