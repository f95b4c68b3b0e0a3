import type { Connection } from '../aws/connection';
import { runCdkOnStack } from '../cdk/cdk-cli';
import { confirm } from '../confirm';
import { type Context, nxCommand } from '../context';
import { CdkFailedError, NotConfirmedError } from '../errors';
import type { Executor, StageOptions } from '../executor';
import { type StageAssembly, readStageAssembly } from '../stack/assembly';
import { describeStack } from '../stack/deployed-stack';
import { ABSENT, type StackStatus, StackWatch, isInProgress } from '../stack/stack-watch';
import { checkDeployment } from './preflight';
import { deploymentPlan, reportDeployment } from './report';

export interface DeployOptions extends StageOptions {
  readonly e2eProject: string | undefined;
}

/** Deploys a stage. */
export const deploy: Executor<DeployOptions> = {
  async run(options, context) {
    const { terminal, interruption } = context;
    const stack = await readStageAssembly(options, context);
    const { connection, engine, before, action } = await checkDeployment(stack, options, context);
    const { clients, env } = connection;

    terminal.print(deploymentPlan(stack, action, connection, terminal.paint));
    await confirmDeployment(stack, options, context);

    const watch = new StackWatch(
      () => describeStack(clients.cloudFormation, stack.name, AbortSignal.timeout(4000)),
      before,
    );
    const settings = ['--app', options.assembly, '--require-approval', 'never', '--progress', 'events'];
    const exitCode = await runCdkOnStack(
      { args: ['deploy', ...settings, stack.name], env: { ...env, ...engineEnvironment(engine) } },
      stack.name,
      watch,
      (last) => describeConsequences(stack, last, connection, context),
      context,
    );
    if (exitCode !== 0) {
      const status = await watch.update();
      throw status === ABSENT
        ? new CdkFailedError(
            `cdk deploy failed with exit code ${exitCode} before it created ${stack.name}; see its output.`,
          )
        : new CdkFailedError(
            `cdk deploy failed with exit code ${exitCode}, and ${stack.name} is ${status}; see its output.`,
            `all events: ${connection.links.stack(stack.name)}`,
          );
    }
    interruption.setConsequences(() => `${stack.name} is deployed.`);
    const deployed = await describeStack(clients.cloudFormation, stack.name, interruption.signal);
    if (!deployed) throw new CdkFailedError(`cdk deploy succeeded, but there is no stack ${stack.name}.`);
    await reportDeployment(deployed, options, connection, context);
  },
};

async function confirmDeployment(
  { stage, terminationProtection }: StageAssembly,
  { yes }: StageOptions,
  context: Context,
): Promise<void> {
  if (yes) return;
  if (context.terminal.interactive) return confirm('Deploy?', context);
  if (!terminationProtection) return;
  throw new NotConfirmedError(
    `Stage ${stage} is protected, and there is no terminal to ask for confirmation. Nothing was changed.`,
    `${nxCommand(context, 'deploy', stage)} --yes`,
  );
}

/** The CDK reads the engine from `CDK_DOCKER`. Only the Docker image format has a health check, also with podman. */
function engineEnvironment(engine: string | undefined): Record<string, string> {
  return engine === undefined ? {} : { CDK_DOCKER: engine, BUILDAH_FORMAT: 'docker' };
}

function describeConsequences(
  { name, stage }: StageAssembly,
  { status, ageSeconds }: StackStatus,
  { links }: Connection,
  context: Context,
): string {
  const now = `${name} was ${status} ${ageSeconds} s ago`;
  return [
    isInProgress(status)
      ? `The CDK stops. CloudFormation continues without it: ${now}.`
      : `The CDK stops. ${now}; CloudFormation continues what it has started since then.`,
    `  See its progress at ${links.stack(name)}`,
    `  Then continue with ${nxCommand(context, 'deploy', stage)}, or delete the stage with ${nxCommand(context, 'destroy', stage)}.`,
  ].join('\n');
}
