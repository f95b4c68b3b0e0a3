import { join, relative, resolve } from 'node:path';
import { checkApiGatewayLogs } from '../api-gateway-logs/check-logs-role';
import { type SynthesizedStack, readSynthesizedStack } from '../assembly/assembly';
import { runCdkOnStack } from '../cdk/run-on-stack';
import { checkBootstrap } from '../checks/bootstrap';
import { CheckList } from '../checks/check-list';
import { type Connection, checkConnection, checkEnvironment } from '../checks/connection';
import { domainPrefixProblems } from '../checks/sign-in-domain';
import { assembly, capacity, profile, region, stage, yes } from '../command-line/common-options';
import { defineCommand } from '../command-line/command';
import { confirm } from '../confirmation';
import type { Context } from '../context';
import { CdkFailed, NotConfirmed } from '../errors';
import { type DeployedStack, describeStack, listResources } from '../stack/deployed-stack';
import { retainedResources, shortType } from '../stack/retained-resources';
import { ABSENT, type Sighting, StackWatch, isInProgress } from '../stack/stack-watch';
import { writeOutputs } from './outputs-file';
import { deploymentVerdict } from './verdict';

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
    const { connection, engine, before, action } = await check(stack, values, context);
    const { clients, env } = connection;

    terminal.print(plan(stack, action, connection, terminal.paint));
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
    await report(deployed, values.stage, connection, context);
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

interface Checked {
  readonly connection: Connection;
  readonly engine: string | undefined;
  readonly before: DeployedStack | undefined;
  readonly action: string;
}

async function check(
  stack: SynthesizedStack,
  options: { readonly region: string | undefined; readonly profile: string | undefined },
  context: Context,
): Promise<Checked> {
  const { terminal, env, findEngine, interruption } = context;
  const checks = new CheckList(terminal);
  const connection = await checkConnection(checks, { ...options, stackRegion: stack.region }, context);
  let before: DeployedStack | undefined;
  let action = '';
  if (connection) {
    checkEnvironment(checks, stack, connection);
    if (stack.bootstrap) {
      await checkBootstrap(checks, stack.bootstrap, connection.clients.ssm, {
        remedy: `npx nx bootstrap infra --region=${connection.region}`,
        words: connection.words,
        signal: interruption.signal,
      });
    }
    await checkApiGatewayLogs(checks, stack.template, connection, interruption.signal);
    before = await describeStack(connection.clients.cloudFormation, stack.name, interruption.signal);
    const verdict = deploymentVerdict(before, stack.name, stack.stage);
    if ('problem' in verdict) checks.failed('stack', verdict);
    else {
      action = verdict.action;
      checks.passed('stack', `${stack.name} ${action}`);
    }
  }

  let engine: string | undefined;
  if (stack.imageCount > 0) {
    const found = await findEngine(env, interruption.signal);
    if ('problem' in found) checks.failed('containers', found);
    else {
      engine = found.engine;
      checks.passed('containers', `${engine} answers`);
    }
  }
  const problems = domainPrefixProblems(stack.template);
  for (const problem of problems) {
    checks.failed('sign-in', {
      problem: `domain prefix ${problem}`,
      remedy: 'set domainPrefix in the context of libs/infra/cdk.json, or name the stage differently',
    });
  }
  if (problems.length === 0) checks.passed('sign-in', 'the domain prefix keeps the rules of Cognito');

  checks.mustHavePassed();
  if (!connection) throw new Error('No connection, and no check that failed');
  return { connection, engine, before, action };
}

function plan(
  stack: SynthesizedStack,
  action: string,
  { words, caller }: Connection,
  paint: Context['terminal']['paint'],
): string {
  const count = Object.keys(stack.template.Resources).length;
  const images =
    stack.imageCount === 0 ? '' : `, ${stack.imageCount === 1 ? '1 image' : `${stack.imageCount} images`}`;
  const kept = retainedResources(stack.template);
  return [
    '',
    paint('bold', `Deploy stage ${stack.stage}`),
    `  to        ${words}`,
    `  as        ${caller.arn}`,
    `  stack     ${stack.name} ${action}`,
    `  with      ${count} resources${images}`,
    ...(stack.terminationProtection ? ['  protected from deletion'] : []),
    kept.length === 0
      ? '  destroy   would leave nothing of it behind'
      : `  destroy   would leave ${kept.map(({ type, logicalId, holds }) => `${shortType(type)} ${logicalId} (${holds})`).join(', ')}`,
    '',
  ].join('\n');
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

async function report(
  deployed: DeployedStack,
  stage: string,
  { caller, clients, links, region }: Connection,
  { terminal, directory, interruption }: Context,
): Promise<void> {
  const { outputs, name } = deployed;
  const file = await writeOutputs(directory, {
    stage,
    stack: name,
    account: caller.account,
    region,
    outputs,
  });
  const resources = [
    ...(await listResources(clients.cloudFormation, deployed, interruption.signal)).values(),
  ];
  const idOf = (type: string): string | undefined => resources.find((one) => one.type === type)?.physicalId;
  const distribution = idOf('AWS::CloudFront::Distribution');
  const userPool = idOf('AWS::Cognito::UserPool');
  const option = stage === 'dev' ? '' : ` --stage=${stage}`;
  terminal.print(
    [
      '',
      `${terminal.paint('green', '✔')} Stage ${stage} is at ${terminal.paint('bold', outputs['SiteUrl'] ?? '(no SiteUrl)')}`,
      '',
      'In the AWS console',
      `  stack      ${links.stack(deployed.id)}`,
      ...(distribution ? [`  site       ${links.distribution(distribution)}`] : []),
      ...(userPool ? [`  people     ${links.users(userPool)}`] : []),
      `  logs       ${links.logs(name)}`,
      '',
      `Outputs are in ${relative(join(directory, '../..'), file)}`,
      '',
      'Next',
      `  npx nx user infra${option} --email=you@example.com     add yourself, and sign in`,
      `  npx nx user infra${option} --e2e                       add the account of the end-to-end tests, then`,
      `  npx nx e2e web-e2e -c deployed${stage === 'dev' ? '' : `   (with DEPLOYED_STAGE=${stage})`}`,
    ].join('\n'),
  );
}
