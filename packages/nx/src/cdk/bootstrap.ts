import { tmpdir } from 'node:os';
import {
  apiGatewayLogsRole,
  bootstrapVersion,
  createEcsRole,
  hasEcsRole,
  setApiGatewayLogsRole,
} from '../aws/account-setup';
import { setBudget } from '../aws/budget';
import { requireConnection } from '../aws/connection';
import { isDenied } from '../aws/failures';
import { type Executor, nxCommand, type StageOptions } from '../executor';
import { confirm } from '../terminal';
import { runCdk } from './cdk-cli';

const VERSION_PARAMETER = '/cdk-bootstrap/hnb659fds/version';

interface BootstrapOptions extends Pick<StageOptions, 'region' | 'profile' | 'yes'> {
  readonly logsRole: string;
  /** A string if it comes from the environment. */
  readonly budget: number | string | undefined;
  readonly email: string | undefined;
}

/** Prepares an account and region. */
export const bootstrap: Executor<BootstrapOptions> = {
  problems: ({ budget, email }) => [
    ...(budget !== undefined && !(Number(budget) > 0)
      ? [`--budget is ${budget}; it must be an amount in USD.`]
      : []),
    ...((budget === undefined) === (email === undefined) ? [] : ['--budget and --email belong together.']),
  ],
  async run(options, context) {
    const { terminal, interruption } = context;
    const { signal } = interruption;
    const { budget, email } = options;
    const connection = await requireConnection(options, context);
    const { account, clients, description, env, links, region } = connection;

    const version = await unlessDenied(bootstrapVersion(clients, VERSION_PARAMETER, signal));
    const logsRole = await unlessDenied(apiGatewayLogsRole(clients, signal));
    const ecsRole = await unlessDenied(hasEcsRole(clients, signal));
    terminal.print(
      [
        '',
        `${terminal.paint('bold', 'Bootstrap')} ${description}`,
        typeof version === 'number'
          ? `  stack     CDKToolkit, version ${version}, will be updated if the CDK has a newer one`
          : '  stack     CDKToolkit will be created or updated',
        `  API logs  ${describeLogsRole(logsRole, options.logsRole)}`,
        `  ECS       ${describeEcsRole(ecsRole)}`,
        ...(budget && email
          ? [`  budget    $${budget} a month for the whole account, with emails to ${email}`]
          : []),
        '',
      ].join('\n'),
    );
    await confirm({ question: 'Bootstrap?' }, options, context);

    interruption.setConsequences(
      () => `The CDK stops. CloudFormation may continue: ${links.stack('CDKToolkit')}`,
    );
    // Without a cdk.json the CDK does not synthesize an app first.
    const args = ['bootstrap', `aws://${account}/${region}`];
    await runCdk({ args, directory: tmpdir(), env }, context);
    interruption.setConsequences(
      () => `The CDK is done; run ${nxCommand(context, 'bootstrap')} again for the rest.`,
    );
    if (ecsRole === false) await createEcsRole(clients, signal);
    if (logsRole === undefined) {
      terminal.print(`\nSetting ${options.logsRole} as the logs role of API Gateway …`);
      await setApiGatewayLogsRole(options.logsRole, connection, signal);
    }
    if (budget && email) {
      terminal.print('\nSetting the budget …');
      await setBudget(Number(budget), email, connection, signal);
    }
    const next = nxCommand(context, 'deploy');
    terminal.print(`\n${terminal.paint('green', '✔')} ${description} is ready.\n\nNext\n  ${next}`);
  },
};

/** The credentials cannot read it. */
const DENIED = Symbol('denied');

async function unlessDenied<T>(read: Promise<T>): Promise<T | typeof DENIED> {
  return read.catch((error: unknown) => {
    if (!isDenied(error)) throw error;
    return DENIED;
  });
}

function describeLogsRole(current: string | typeof DENIED | undefined, created: string): string {
  if (current === DENIED)
    return 'these credentials cannot read the logs role of API Gateway; it is not changed';
  return current === undefined
    ? `the logs role of API Gateway, ${created}, will be created`
    : `API Gateway has a logs role: ${current}`;
}

function describeEcsRole(exists: boolean | typeof DENIED): string {
  if (exists === DENIED) return 'these credentials cannot read the service-linked role of ECS';
  return exists
    ? 'the account has the service-linked role of ECS'
    : 'the service-linked role of ECS, AWSServiceRoleForECS, will be created';
}
