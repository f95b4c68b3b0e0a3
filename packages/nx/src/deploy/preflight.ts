import { relative } from 'node:path';
import { DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { literalDomainPrefixProblem } from '@spa-on-aws/cloudformation';
import { type Connection, checkConnection } from '../aws/connection';
import { isDenied } from '../aws/failures';
import { Engine } from '../container/engine';
import { checkAssetPlatform } from '../container/image-platform';
import { type Fault, ImagePlatformError, ProgramError } from '../errors';
import { type Context, nxCommand, type StageOptions } from '../executor';
import type { StageAssembly, Template } from '../stack/assembly';
import {
  type DeployedStack,
  deployedTemplate,
  describeStack,
  wasNeverCreated,
} from '../stack/deployed-stack';
import { isInProgress } from '../stack/stack-watch';
import { CheckList } from '../terminal';
import { checkAccount } from './account-checks';

interface Preflight {
  readonly connection: Connection;
  /** Container engine, if the stack has images. */
  readonly engine: string | undefined;
  readonly before: DeployedStack | undefined;
  /** Effect of the deployment on the stack, for the plan. */
  readonly action: string;
}

/**
 * Checks everything that a deployment needs, before it changes anything.
 *
 * @throws {ChecksFailedError} after all checks, when one of them failed
 */
export async function checkDeployment(
  stack: StageAssembly,
  options: StageOptions,
  context: Context,
  checks = new CheckList(context.terminal),
): Promise<Preflight> {
  const { interruption } = context;
  const connection = await checkConnection(checks, { ...options, stack }, context);
  let before: DeployedStack | undefined;
  let action = '';
  if (connection) {
    await checkAccount(checks, stack, connection, context);
    before = await describeStack(connection.clients, stack.name, interruption.signal);
    const change = deploymentAction(before, stack.name, {
      destroyCommand: nxCommand(context, 'destroy', stack.stage),
      region: connection.region,
    });
    if ('problem' in change) checks.fail('stack', change);
    else {
      action = change.action;
      checks.pass('stack', `${stack.name} ${action}`);
    }
  }

  await checkSignIn(checks, stack, connection, before, context);
  const engine = await checkImages(checks, stack, context);

  checks.assertPassed();
  if (!connection) throw new Error('There is no connection, but no check failed');
  return { connection, engine, before, action };
}

/** @returns the container engine, if the stack has images */
async function checkImages(
  checks: CheckList,
  { images }: StageAssembly,
  { env, findEngine, interruption: { signal }, terminal }: Context,
): Promise<string | undefined> {
  if (images.size === 0) return undefined;
  const found = await findEngine(env, signal);
  if ('problem' in found) return void checks.fail('containers', found);
  const engine = new Engine(found.engine, env, signal);
  terminal.print(`  Building the image with ${found.engine} …`);
  try {
    for (const [tag, image] of images) await checkAssetPlatform(engine, tag, image);
    const platforms = [...images.values()].map(({ platform }) => platform ?? 'this machine');
    checks.pass('containers', `${found.engine} builds for ${platforms.join(', ')}`);
  } catch (error) {
    if (!(error instanceof ImagePlatformError || error instanceof ProgramError)) throw error;
    checks.fail('containers', { problem: error.message, remedy: error.remedy });
  }
  return found.engine;
}

/**
 * Returns the effect of a deployment on a stack, or why it is not possible.
 *
 * @param remedies command that deletes the stage, and region of the stack
 */
export function deploymentAction(
  stack: DeployedStack | undefined,
  name: string,
  { destroyCommand, region }: { readonly destroyCommand: string; readonly region: string },
): { readonly action: string } | Fault {
  if (!stack || stack.status === 'REVIEW_IN_PROGRESS') return { action: 'will be created' };
  const { status, changedAt, terminationProtection } = stack;
  const since = changedAt ? ` since ${changedAt.toISOString().replace('T', ' ').slice(0, 16)} UTC` : '';
  if (isInProgress(status)) {
    return {
      problem: `${name} is ${status}: another operation is changing it`,
      remedy: 'wait until it has finished, then run this again',
    };
  }
  if (wasNeverCreated(stack)) {
    const protection = terminationProtection ? '; its termination protection is lifted first' : '';
    return { action: `will be created again (${status}: its first creation failed${protection})` };
  }
  switch (status) {
    case 'DELETE_FAILED':
    case 'ROLLBACK_FAILED':
      return { problem: `${name} is ${status}: it can only be deleted`, remedy: destroyCommand };
    case 'UPDATE_ROLLBACK_FAILED':
      return {
        problem: `${name} is ${status}: finish the rollback first`,
        remedy: `aws cloudformation continue-update-rollback --stack-name ${name} --region ${region}`,
      };
    default:
      return { action: `will be updated (${status}${since})` };
  }
}

async function checkSignIn(
  checks: CheckList,
  { template }: StageAssembly,
  connection: Connection | undefined,
  before: DeployedStack | undefined,
  { interruption, projectRoot, workspaceRoot }: Context,
): Promise<void> {
  const setting = `domainPrefix in the context of ${relative(workspaceRoot, projectRoot)}/cdk.json`;
  const problems = domainPrefixProblems(template);
  for (const problem of problems) {
    checks.fail('sign-in', {
      problem: `domain prefix ${problem}`,
      remedy: `set ${setting}, or use another stage name`,
    });
  }
  if (problems.length > 0) return;
  try {
    const fault =
      connection && before && (await prefixChange(template, before, connection, interruption.signal));
    if (!fault) return checks.pass('sign-in', 'Cognito accepts the domain prefix');
    checks.fail('sign-in', { ...fault, remedy: `${fault.remedy}; or restore ${setting}` });
  } catch (error) {
    if (!isDenied(error)) throw error;
    checks.skip('sign-in', 'these credentials cannot read the domain prefix of the deployed stage');
  }
}

/**
 * Returns why a deployment cannot change the domain prefix: a user pool has one prefix domain, and CloudFormation creates
 * the new domain before it deletes the old one.
 */
async function prefixChange(
  template: Template,
  before: DeployedStack,
  { clients, region }: Connection,
  abortSignal: AbortSignal,
): Promise<Fault | undefined> {
  const userPool = before.outputs['UserPoolId'];
  const wanted = domainPrefixes(template);
  const current = domainPrefixes(await deployedTemplate(before, clients, abortSignal));
  if (!userPool || current.every((prefix) => wanted.length === 0 || wanted.includes(prefix)))
    return undefined;
  const request = new DescribeUserPoolCommand({ UserPoolId: userPool });
  const { UserPool } = await clients.cognito.send(request, { abortSignal });
  const domain = UserPool?.Domain;
  return domain
    ? {
        problem:
          `the domain prefix ${domain} cannot change in place: a user pool has one, and CloudFormation creates the new ` +
          'one first. Without its domain users cannot sign in until the deployment has finished, and passkeys are lost',
        remedy: `to change it anyway, run aws cognito-idp delete-user-pool-domain --domain ${domain} --user-pool-id ${userPool} --region ${region}`,
      }
    : undefined;
}

/** Returns the problems that Cognito has with the literal parts of a template's domain prefixes (CG-AD-07). */
export function domainPrefixProblems(template: Template): string[] {
  return domainPrefixes(template).flatMap((prefix) => literalDomainPrefixProblem(prefix) ?? []);
}

function domainPrefixes({ Resources }: Template): string[] {
  return Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
    // A custom domain has a certificate, and no prefix.
    Type === 'AWS::Cognito::UserPoolDomain' && !Properties['CustomDomainConfig']
      ? [literalText(Properties['Domain'])]
      : [],
  );
}

/** Replaces parts that only the deployment knows by a digit, which every domain prefix may contain. */
function literalText(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  return join ? join[1].map(literalText).join(join[0]) : '0';
}
