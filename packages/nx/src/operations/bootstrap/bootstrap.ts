import { tmpdir } from 'node:os';
import { LOGS_ROLE, apiGatewayLogsRole, nameApiGatewayLogsRole } from '../api-gateway-logs/logs-role';
import { bootstrapVersion } from '../checks/bootstrap';
import { CheckList } from '../checks/check-list';
import { checkConnection } from '../checks/connection';
import { profile, region, yes } from '../command-line/common-options';
import { defineCommand } from '../command-line/command';
import { confirm } from '../confirmation';
import { CdkFailed } from '../errors';
import { isDenied } from '../aws/failures';

const VERSION_PARAMETER = '/cdk-bootstrap/hnb659fds/version';

/** `nx bootstrap infra` */
export const bootstrap = defineCommand({
  name: 'bootstrap',
  summary:
    'Prepares an account and region, once for all stages and apps: a stack CDKToolkit with a bucket, a registry for images and ' +
    'the roles the CDK deploys with, and a role by which API Gateway writes logs, unless the account has named one. ' +
    'CloudFormation may then do anything in that account on behalf of whoever may take on the roles of the CDK.',
  options: { region, profile, yes },
  examples: [{ command: 'npx nx bootstrap infra --region=eu-central-1', description: 'prepare one region' }],
  async run(values, context) {
    const { terminal, interruption, cdk } = context;
    const checks = new CheckList(terminal);
    const connection = await checkConnection(checks, values, context);
    checks.mustHavePassed();
    if (!connection) return;
    const { caller, clients, env, region: where, words } = connection;

    const { signal } = interruption;
    const version = await unlessHidden(bootstrapVersion(clients.ssm, VERSION_PARAMETER, signal));
    const logsRole = await unlessHidden(apiGatewayLogsRole(clients.apiGateway, signal));
    terminal.print(
      [
        '',
        `${terminal.paint('bold', 'Bootstrap')} ${words}`,
        typeof version === 'number'
          ? `  stack     CDKToolkit, version ${version}, is updated if the CDK has a newer one`
          : '  stack     CDKToolkit is created, or updated',
        `  API logs  ${describeLogsRole(logsRole)}`,
        '',
      ].join('\n'),
    );
    if (!values.yes && terminal.interactive) await confirm('Bootstrap?', context);

    interruption.means(
      () =>
        `The CDK is told to stop; if it had begun, CloudFormation goes on: ${connection.links.stack('CDKToolkit')}`,
    );
    const exitCode = await cdk({
      // Where there is no cdk.json, the CDK does not run an app only to bootstrap.
      args: ['bootstrap', `aws://${caller.account}/${where}`],
      directory: tmpdir(),
      env,
      interruption,
    });
    signal.throwIfAborted();
    if (exitCode !== 0) {
      throw new CdkFailed(`cdk bootstrap ended with ${exitCode}. What it printed says why.`);
    }
    if (logsRole === undefined) {
      interruption.means(() => 'The CDK is done; npx nx bootstrap infra once more does the rest.');
      terminal.print(`\nNaming ${LOGS_ROLE} to API Gateway …`);
      await nameApiGatewayLogsRole(clients, caller, signal);
    }
    terminal.print(`\n${terminal.paint('green', '✔')} ${words} is ready.\n\nNext\n  npx nx deploy infra`);
  },
});

function describeLogsRole(role: string | Hidden | undefined): string {
  if (role === HIDDEN)
    return 'these credentials may not see by which role API Gateway writes them: left as it is';
  return role === undefined
    ? `API Gateway writes them by the role ${LOGS_ROLE}, which is made`
    : `API Gateway writes them by ${role} already`;
}

/** What these credentials may not see. */
const HIDDEN = Symbol('hidden');
type Hidden = typeof HIDDEN;

async function unlessHidden<T>(looked: Promise<T>): Promise<T | Hidden> {
  return looked.catch((error: unknown) => {
    if (!isDenied(error)) throw error;
    return HIDDEN;
  });
}
