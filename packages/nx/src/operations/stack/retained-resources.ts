import type { Template } from '../assembly/template';

/** A resource that outlives its stack. */
export interface RetainedResource {
  readonly logicalId: string;
  readonly type: string;
  /** What would be lost with it. */
  readonly holds: string;
  /** The deletion policy that keeps it. */
  readonly policy: string;
}

const KEEPING = ['Retain', 'RetainExceptOnCreate', 'Snapshot'];

const HOLDINGS: Readonly<Record<string, string>> = {
  'AWS::Cognito::UserPool': 'the people and their passwords',
  'AWS::DynamoDB::Table': 'the items written by the API',
  'AWS::S3::Bucket': 'the objects in it',
  'AWS::Logs::LogGroup': 'the logs until they expire',
  'AWS::KMS::Key': 'the key to encrypted data',
};

/** What stays when a stack made from this template is deleted. */
export function retainedResources(template: Template): RetainedResource[] {
  return Object.entries(template.Resources).flatMap(([logicalId, { Type: type, DeletionPolicy: policy }]) =>
    policy !== undefined && KEEPING.includes(policy)
      ? [{ logicalId, type, policy, holds: HOLDINGS[type] ?? 'what it holds' }]
      : [],
  );
}

/** A resource's type without the provider: `Cognito::UserPool`. */
export function shortType(type: string): string {
  return type.replace(/^AWS::/, '');
}
