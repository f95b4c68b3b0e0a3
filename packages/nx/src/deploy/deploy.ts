import { UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { hasBudget } from '../aws/budget';
import { type Connection, requireConnection } from '../aws/connection';
import { isDenied } from '../aws/failures';
import { runCdk } from '../cdk/cdk-cli';
import { CdkFailedError } from '../errors';
import { type Context, type Executor, nxCommand, type StageOptions } from '../executor';
import { recordRelease, releaseParameter } from '../rollback/releases';
import { readStageAssembly } from '../stack/assembly';
import { type DeployedStack, describeStack, wasNeverCreated } from '../stack/deployed-stack';
import { StackWatch } from '../stack/stack-watch';
import { confirm } from '../terminal';
import { explainFailure, leftovers, slowestResources } from './outcome';
import { checkDeployment } from './preflight';
import { deploymentPlan, reportDeployment } from './report';

interface DeployOptions extends StageOptions {
  readonly e2eProject: string | undefined;
}

/** Deploys a stage. */
export const deploy: Executor<DeployOptions> = {
  async run(options, context) {
    const { terminal, interruption } = context;
    const stack = await readStageAssembly(options, context);
    const { name, stage, terminationProtection: isProtected } = stack;
    const { connection, engine, before, action } = await checkDeployment(stack, options, context);
    const { clients, env, links } = connection;

    terminal.print(deploymentPlan(stack, action, connection, terminal.paint));
    if (!before) await mentionBudget(connection, context);
    const required = isProtected ? { executor: 'deploy', isProtected } : {};
    await confirm({ question: 'Deploy?', ...required }, options, context);

    if (before && wasNeverCreated(before)) await printLeftovers(before, connection, context);
    if (before?.terminationProtection && wasNeverCreated(before)) {
      // The CDK protects a stack before it creates it, and deletes it before it creates it again.
      const request = new UpdateTerminationProtectionCommand({
        StackName: before.id,
        EnableTerminationProtection: false,
      });
      await clients.cloudFormation.send(request, { abortSignal: interruption.signal });
    }
    const watch = new StackWatch(name, () => describeStack(clients, name, AbortSignal.timeout(4000)), before);
    const settings = ['--app', options.assembly, '--require-approval', 'never', '--progress', 'events'];
    // The CDK reads the engine from `CDK_DOCKER`. Only the Docker image format has a health check, also with podman.
    const engineEnv = engine !== undefined && { CDK_DOCKER: engine, BUILDAH_FORMAT: 'docker' };
    const exitCode = await watch.runCdk(
      { args: ['deploy', ...settings, name], env: { ...env, ...engineEnv } },
      (isChanging, lastStatus) =>
        [
          isChanging
            ? `The CDK stops. CloudFormation continues without it: ${lastStatus}.`
            : `The CDK stops. ${lastStatus}; CloudFormation continues what it has started since then.`,
          `  See its progress at ${links.stack(name)}`,
          `  Then continue with ${nxCommand(context, 'deploy', stage)}, or delete the stage with ${nxCommand(context, 'destroy', stage)}.`,
        ].join('\n'),
      context,
    );
    if (exitCode !== 0) {
      const failure = `cdk deploy failed with exit code ${exitCode}`;
      const stack = await describeStack(clients, name, interruption.signal);
      if (!stack) throw new CdkFailedError(`${failure} before it created ${name}; see its output.`);
      if (stack.id === before?.id && stack.changedAt?.getTime() === before.changedAt?.getTime())
        throw new CdkFailedError(`${failure} before it changed ${name}; see its output.`);
      const { cause, remedy } = await explainFailure(stack, connection, context);
      if (wasNeverCreated(stack)) await printLeftovers(stack, connection, context);
      throw new CdkFailedError(`${failure}, and ${name} is ${stack.status}.${cause}`, remedy);
    }
    interruption.setConsequences(() => `${name} is deployed.`);
    const deployed = await describeStack(clients, name, interruption.signal);
    if (!deployed) throw new CdkFailedError(`cdk deploy succeeded, but there is no stack ${name}.`);
    if (!(await recordRelease(clients, name, stack.template, interruption.signal)))
      terminal.print(
        `\nThese credentials cannot record this version: rollback cannot return to it (${releaseParameter(name)}).`,
      );
    const slowest = await slowestResources(deployed, connection, interruption.signal);
    if (slowest.length > 0) terminal.print(['', 'What took longest', ...slowest].join('\n'));
    await reportDeployment(deployed, options, connection, context);
  },
};

/** Says at the first deployment of a stage how to get an email when costs rise. */
async function mentionBudget({ clients }: Connection, context: Context): Promise<void> {
  const { terminal, interruption } = context;
  try {
    if (await hasBudget(clients, interruption.signal)) return;
  } catch (error) {
    if (!isDenied(error)) throw error;
    return;
  }
  terminal.print(
    `bootstrap has created no budget here. For an email when costs rise: ${nxCommand(context, 'bootstrap')} --budget=50 --email=you@example.com\n`,
  );
}

async function printLeftovers(stack: DeployedStack, connection: Connection, context: Context): Promise<void> {
  const lines = await leftovers(stack, connection, context.interruption.signal);
  if (lines.length > 0) context.terminal.print(['', ...lines].join('\n'));
}

/** Shows what a deployment would change. */
export const diff: Executor<StageOptions> = {
  async run(options, context) {
    const stack = await readStageAssembly(options, context);
    const { env } = await requireConnection({ ...options, stack }, context);
    context.terminal.print();
    await runCdk({ args: ['diff', '--app', options.assembly, stack.name], env }, context);
  },
};
