import { UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { requireConnection } from '../aws/connection';
import { runCdk } from '../cdk/cdk-cli';
import { CdkFailedError } from '../errors';
import { type Executor, nxCommand, type StageOptions } from '../executor';
import { readStageAssembly } from '../stack/assembly';
import { describeStack, wasNeverCreated } from '../stack/deployed-stack';
import { ABSENT, StackWatch } from '../stack/stack-watch';
import { confirm } from '../terminal';
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
    const required = isProtected ? { executor: 'deploy', isProtected } : {};
    await confirm({ question: 'Deploy?', ...required }, options, context);

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
      const status = await watch.update();
      const failure = `cdk deploy failed with exit code ${exitCode}`;
      throw status === ABSENT
        ? new CdkFailedError(`${failure} before it created ${name}; see its output.`)
        : new CdkFailedError(
            `${failure}, and ${name} is ${status}; see its output.`,
            `all events: ${links.stack(name)}`,
          );
    }
    interruption.setConsequences(() => `${name} is deployed.`);
    const deployed = await describeStack(clients, name, interruption.signal);
    if (!deployed) throw new CdkFailedError(`cdk deploy succeeded, but there is no stack ${name}.`);
    await reportDeployment(deployed, options, connection, context);
  },
};

/** Shows what a deployment would change. */
export const diff: Executor<StageOptions> = {
  async run(options, context) {
    const stack = await readStageAssembly(options, context);
    const { env } = await requireConnection({ ...options, stack }, context);
    context.terminal.print();
    await runCdk({ args: ['diff', '--app', options.assembly, stack.name], env }, context);
  },
};
