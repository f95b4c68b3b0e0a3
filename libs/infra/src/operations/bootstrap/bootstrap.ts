import { tmpdir } from 'node:os';
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
    'Prepares an account and region for the CDK, once for all its stages and apps: a stack CDKToolkit with a bucket, ' +
    'a registry for images and the roles that deploy. CloudFormation may then do anything in that account on behalf of ' +
    'whoever may take on these roles.',
  options: { region, profile, yes },
  examples: [{ command: 'npx nx bootstrap infra --region=eu-central-1', description: 'prepare one region' }],
  async run(values, context) {
    const { terminal, interruption, cdk } = context;
    const checks = new CheckList(terminal);
    const connection = await checkConnection(checks, values, context);
    checks.mustHavePassed();
    if (!connection) return;
    const { caller, clients, env, region: where, words } = connection;

    const version = await bootstrapVersion(clients.ssm, VERSION_PARAMETER, interruption.signal).catch(
      (error: unknown) => {
        if (!isDenied(error)) throw error;
        return undefined;
      },
    );
    terminal.print(
      version === undefined
        ? `\nBootstrap ${words}: creates or updates the stack CDKToolkit.\n`
        : `\nBootstrap ${words}: it is at version ${version}, and is updated if the CDK has a newer one.\n`,
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
    interruption.signal.throwIfAborted();
    if (exitCode !== 0) {
      throw new CdkFailed(`cdk bootstrap ended with ${exitCode}. What it printed says why.`);
    }
    terminal.print('\nNext\n  npx nx deploy infra');
  },
});
