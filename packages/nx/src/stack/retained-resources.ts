import type { Template } from './assembly';

/** A resource that is retained when its stack is deleted. */
export interface RetainedResource {
  readonly logicalId: string;
  readonly type: string;
  /** Data in the resource. */
  readonly content: string;
  /** Deletion policy of the resource. */
  readonly policy: string;
}

const RETAINING_POLICIES = ['Retain', 'RetainExceptOnCreate', 'Snapshot'];

const CONTENTS: Readonly<Record<string, string>> = {
  'AWS::Cognito::UserPool': 'the users and their passwords',
  'AWS::DynamoDB::Table': 'the items written by the API',
  'AWS::S3::Bucket': 'the objects in it',
  'AWS::Logs::LogGroup': 'the logs until they expire',
  'AWS::KMS::Key': 'the key to encrypted data',
};

/** Returns the resources of a template that are retained when its stack is deleted. */
export function retainedResources({ Resources }: Template): RetainedResource[] {
  return Object.entries(Resources).flatMap(([logicalId, { Type: type, DeletionPolicy: policy }]) =>
    policy !== undefined && RETAINING_POLICIES.includes(policy)
      ? [{ logicalId, type, policy, content: CONTENTS[type] ?? 'its content' }]
      : [],
  );
}

/** Returns a resource type without the provider: `Cognito::UserPool`. */
export function shortType(type: string): string {
  return type.replace(/^AWS::/, '');
}
