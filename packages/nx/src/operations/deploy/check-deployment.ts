import { checkApiGatewayLogs } from '../api-gateway-logs/check-logs-role';
import type { SynthesizedStack } from '../assembly/assembly';
import { checkBootstrap } from '../checks/bootstrap';
import { CheckList } from '../checks/check-list';
import { type Connection, type PlaceOptions, checkConnection, checkEnvironment } from '../checks/connection';
import { domainPrefixProblems } from '../checks/sign-in-domain';
import type { Context } from '../context';
import { type DeployedStack, describeStack } from '../stack/deployed-stack';
import { deploymentVerdict } from './verdict';

/** What is known once every check has passed. */
export interface CheckedDeployment {
  readonly connection: Connection;
  readonly engine: string | undefined;
  readonly before: DeployedStack | undefined;
  readonly action: string;
}

/**
 * Checks everything a deployment needs, before it touches anything.
 *
 * @throws {ChecksFailed} after all checks, when one of them has failed
 */
export async function checkDeployment(
  stack: SynthesizedStack,
  options: PlaceOptions,
  context: Context,
): Promise<CheckedDeployment> {
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
