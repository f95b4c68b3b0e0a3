import { resolve } from 'node:path';
import {
  readAssembly,
  selectStack,
  type StackAssembly,
  StackSelectionError,
} from '@spa-on-aws/cloudformation';
import { type Context, nxCommand } from '../context';
import { ExecutorError } from '../errors';
import { type StageOptions, stackNameOf } from '../executor';

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
