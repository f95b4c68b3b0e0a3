import { resolve } from 'node:path';
import {
  readAssembly,
  selectStack,
  type StackAssembly,
  StackSelectionError,
} from '@spa-on-aws/cloudformation';
import { ExecutorError } from '../errors';
import { type Context, nxCommand, type StageOptions, stackNameOf } from '../executor';

/** A resource of a CloudFormation template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
}

/** A CloudFormation template, synthesized or deployed. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

/** The synthesized stack of a stage. */
export interface StageAssembly extends Omit<StackAssembly, 'template'> {
  readonly stage: string;
  readonly template: Template;
}

/**
 * Reads a stage's stack from the cloud assembly.
 *
 * @throws {AssemblyNotFoundError} when there is no assembly
 * @throws {ExecutorError} when the assembly has another stage
 */
export async function readStageAssembly(
  { assembly, stage, stackName }: Pick<StageOptions, 'assembly' | 'stage' | 'stackName'>,
  context: Context,
): Promise<StageAssembly> {
  const directory = resolve(context.projectRoot, assembly);
  const remedy = nxCommand(context, 'synth', stage);
  const stacks = await readAssembly(directory, { remedy: `Synthesize it first: ${remedy}` });
  try {
    const stack = selectStack(stacks, stackNameOf({ stackName, stage }), directory);
    return { ...stack, stage, template: stack.template.json as Template };
  } catch (error) {
    if (!(error instanceof StackSelectionError)) throw error;
    throw new ExecutorError(error.message, remedy, error, error.code);
  }
}

const RETAINING_POLICIES = ['Retain', 'RetainExceptOnCreate', 'Snapshot'];

/** Data in resources that are often retained. */
export const CONTENTS: Readonly<Record<string, string>> = {
  'AWS::Cognito::UserPool': 'the users and their passwords',
  'AWS::DynamoDB::Table': 'the items written by the API',
  'AWS::S3::Bucket': 'the objects in it',
  'AWS::Logs::LogGroup': 'the logs until they expire',
  'AWS::KMS::Key': 'the key to encrypted data',
};

/** Returns the resources of a template that are retained when its stack is deleted, with their content. */
export function retainedResources(
  template: Template,
): Record<'logicalId' | 'type' | 'policy' | 'content', string>[] {
  return Object.entries(template.Resources).flatMap(
    ([logicalId, { Type: type, DeletionPolicy: policy = '' }]) =>
      RETAINING_POLICIES.includes(policy)
        ? [{ logicalId, type, policy, content: CONTENTS[type] ?? 'its content' }]
        : [],
  );
}

/** Returns a resource type without the provider: `Cognito::UserPool`. */
export function shortType(type = ''): string {
  return type.replace(/^AWS::/, '');
}
