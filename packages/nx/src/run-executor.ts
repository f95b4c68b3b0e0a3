import { CodedError } from '@spa-on-aws/cloudformation';
import { awsFault } from './aws/failures';
import { AwsRequestError, ExecutorError, InvalidOptionsError } from './errors';
import type { Context, Executor } from './executor';
import { optionTable, readOptions, readSchema } from './options';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each executor has its own options
type AnyExecutor = Executor<any>;

/** Executors by name, loaded on demand. */
export const EXECUTORS: Readonly<Record<string, () => Promise<AnyExecutor>>> = {
  synth: async () => (await import('./cdk/cdk-cli')).synth,
  verify: async () => (await import('./cdk/template-checks')).verify,
  cost: async () => (await import('./cdk/template-checks')).cost,
  bootstrap: async () => (await import('./cdk/bootstrap')).bootstrap,
  doctor: async () => (await import('./deploy/doctor')).doctor,
  deploy: async () => (await import('./deploy/deploy')).deploy,
  user: async () => (await import('./users/user')).user,
  'deploy-site': async () => (await import('./site/deploy-site')).deploySite,
  rollback: async () => (await import('./rollback/rollback')).rollback,
  diff: async () => (await import('./deploy/deploy')).diff,
  destroy: async () => (await import('./destroy/destroy')).destroy,
  containerize: async () => (await import('./container/containerize')).containerize,
  'container-test': async () => (await import('./container/container-test')).containerTest,
  sbom: async () => (await import('./container/sbom')).sbom,
};

/**
 * Runs an executor and prints its failure.
 *
 * @param given options as Nx passes them
 * @returns exit code of the process
 */
export async function runExecutor(
  name: string,
  given: Readonly<Record<string, unknown>>,
  context: Context,
): Promise<number> {
  const { terminal } = context;
  try {
    const executor = await EXECUTORS[name]?.();
    if (!executor) throw new Error(`There is no executor '${name}'`);
    const schema = readSchema(name);
    const options = readOptions(schema, given, context.env, executor.takesForwarded ? optionsOfAll() : []);
    const problems = executor.problems?.(options) ?? [];
    if (problems.length > 0) throw new InvalidOptionsError(problems, optionTable(schema));
    return (await executor.run(options, context)) ?? 0;
  } catch (error) {
    const failure = knownFailure(error, context);
    if (!failure) throw error;
    if (failure instanceof InvalidOptionsError) {
      for (const fault of failure.faults) terminal.printError(`${terminal.paint('red', '✖')} ${fault}`);
      terminal.printError(`\n${failure.help}`);
    } else if (failure.code !== 'ERR_INTERRUPTED') {
      // The consequences of an interruption have been printed when it happened.
      terminal.printError(`\n${terminal.paint('red', '✖')} ${failure.message}`);
      const { remedy } = failure as Partial<ExecutorError>;
      if (remedy) terminal.printError(`  → ${terminal.paint('cyan', remedy)}`);
    }
    return failure instanceof ExecutorError ? failure.exitCode : 1;
  }
}

/** Returns the names of the options of all executors. */
function optionsOfAll(): string[] {
  return Object.keys(EXECUTORS).flatMap((name) => Object.keys(readSchema(name).properties));
}

/** Returns the error that the user can handle; `undefined` for a bug, whose stack trace is more useful. */
function knownFailure(error: unknown, { interruption, env }: Context): CodedError | undefined {
  // Everything in flight fails after an interruption.
  const { aborted, reason } = interruption.signal;
  if (aborted && reason instanceof ExecutorError) return reason;
  if (error instanceof CodedError) return error;
  const fault = awsFault(error, env['AWS_PROFILE']);
  return fault && new AwsRequestError(`${fault.problem}.`, fault.remedy, error);
}
