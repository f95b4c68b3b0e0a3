import { resolve } from 'node:path';
import { type SynthesizedStack, readSynthesizedStack } from '../assembly/assembly';
import { runCdkOnStack } from '../cdk/run-on-stack';
import type { Connection } from '../checks/connection';
import { assembly, capacity, profile, region, stage, yes } from '../command-line/common-options';
import { defineCommand } from '../command-line/command';
import { confirm } from '../confirmation';
import type { Context } from '../context';
import { CdkFailed, NotConfirmed } from '../errors';
import { describeStack } from '../stack/deployed-stack';
import { ABSENT, type Sighting, StackWatch, isInProgress } from '../stack/stack-watch';
import { checkDeployment } from './check-deployment';
import { deploymentPlan } from './plan';
import { reportDeployment } from './report';

/** `nx deploy infra` */
export const deploy = defineCommand({
  name: 'deploy',
  summary:
    'Brings a stage to AWS: checks what it needs, says what it will do, deploys the synthesized assembly with the CDK, ' +
    'writes the outputs to libs/infra/outputs and says what comes next. ' +
    'It asks before it deploys when a terminal is there to answer; elsewhere only a protected stage (prod) needs --yes.',
  options: { stage, region, profile, yes, assembly, capacity },
  examples: [
    { command: 'npx nx deploy infra', description: 'stage dev' },
    { command: 'npx nx deploy infra -c prod', description: 'stage prod, which keeps its data' },
    {
      command: 'npx nx deploy infra --stage=pr-12 --yes',
      description: 'a stage of your own, without a question',
    },
  ],
  async run(values, context) {
    const { terminal, interruption, directory } = context;
    const stack = readSynthesizedStack(resolve(directory, values.assembly), values.stage);
    const { connection, engine, before, action } = await checkDeployment(stack, values, context);
    const { clients, env } = connection;

    terminal.print(deploymentPlan(stack, action, connection, terminal.paint));
    await agree(stack, values.yes, context);

    const watch = new StackWatch(
      () => describeStack(clients.cloudFormation, stack.name, AbortSignal.timeout(4000)),
      before,
    );
    const args = ['deploy', '--app', values.assembly, '--require-approval', 'never', '--progress', 'events'];
    const exitCode = await runCdkOnStack(
      { args: [...args, stack.name], env: { ...env, ...engineEnvironment(engine) } },
      stack.name,
      watch,
      (last) => whatInterruptionMeans(stack, last, connection),
      context,
    );
    if (exitCode !== 0) throw await deploymentFailure(exitCode, stack.name, watch, connection);
    interruption.means(() => `${stack.name} is deployed.`);
    const deployed = await describeStack(clients.cloudFormation, stack.name, interruption.signal);
    if (!deployed) throw new CdkFailed(`cdk deploy succeeded, but there is no stack ${stack.name}.`);
    await reportDeployment(deployed, values.stage, connection, context);
  },
});

async function deploymentFailure(
  exitCode: number,
  name: string,
  watch: StackWatch,
  { links }: Connection,
): Promise<CdkFailed> {
  const status = await watch.update();
  return status === ABSENT
    ? new CdkFailed(
        `cdk deploy ended with ${exitCode} before there was a stack ${name}; what it printed says why.`,
      )
    : new CdkFailed(
        `cdk deploy ended with ${exitCode}, and ${name} is ${status}; what it printed says why.`,
        {
          remedy: `every event is at ${links.stack(name)}`,
        },
      );
}

async function agree(stack: SynthesizedStack, yes: boolean, context: Context): Promise<void> {
  if (yes) return;
  if (context.terminal.interactive) return confirm('Deploy?', context);
  if (!stack.terminationProtection) return;
  throw new NotConfirmed(
    `Stage ${stack.stage} is protected, and nobody is here to be asked. Nothing has been changed.`,
    { remedy: `npx nx deploy infra --stage=${stack.stage} --yes` },
  );
}

/** The CDK takes the engine from `CDK_DOCKER`; podman's own image format has no health check. */
function engineEnvironment(engine: string | undefined): Record<string, string> {
  return engine === undefined ? {} : { CDK_DOCKER: engine, BUILDAH_FORMAT: 'docker' };
}

function whatInterruptionMeans(
  { name, stage }: SynthesizedStack,
  { status, ageSeconds }: Sighting,
  { links }: Connection,
): string {
  return [
    isInProgress(status)
      ? `The CDK stops. CloudFormation goes on without it: ${name} was ${status} ${ageSeconds} s ago.`
      : `The CDK stops. ${name} was ${status} ${ageSeconds} s ago; what CloudFormation has begun since then goes on.`,
    `  See what it does at ${links.stack(name)}`,
    `  Then npx nx deploy infra --stage=${stage} takes up from there, or npx nx destroy infra --stage=${stage} ends it.`,
  ].join('\n');
}
