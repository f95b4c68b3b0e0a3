import { tmpdir } from 'node:os';
import { apiGatewayLogsRole, bootstrapVersion, setApiGatewayLogsRole } from '../aws/account-setup';
import { checkConnection } from '../aws/connection';
import { isDenied } from '../aws/failures';
import { CheckList } from '../check-list';
import { confirm } from '../confirm';
import { nxCommand } from '../context';
import { CdkFailedError } from '../errors';
import type { Executor, StageOptions } from '../executor';

const VERSION_PARAMETER = '/cdk-bootstrap/hnb659fds/version';

interface BootstrapOptions extends Pick<StageOptions, 'region' | 'profile' | 'yes'> {
  readonly logsRole: string;
}

/** Prepares an account and region. */
export const bootstrap: Executor<BootstrapOptions> = {
  async run(options, context) {
    const { terminal, interruption, cdk } = context;
    const { signal } = interruption;
    const checks = new CheckList(terminal);
    const connection = await checkConnection(checks, options, context);
    checks.assertPassed();
    if (!connection) return;
    const { caller, clients, description, env, links, region } = connection;

    const version = await unlessDenied(bootstrapVersion(clients.ssm, VERSION_PARAMETER, signal));
    const logsRole = await unlessDenied(apiGatewayLogsRole(clients.apiGateway, signal));
    terminal.print(
      [
        '',
        `${terminal.paint('bold', 'Bootstrap')} ${description}`,
        typeof version === 'number'
          ? `  stack     CDKToolkit, version ${version}, will be updated if the CDK has a newer one`
          : '  stack     CDKToolkit will be created or updated',
        `  API logs  ${describeLogsRole(logsRole, options.logsRole)}`,
        '',
      ].join('\n'),
    );
    if (!options.yes && terminal.interactive) await confirm('Bootstrap?', context);

    interruption.setConsequences(
      () => `The CDK stops. CloudFormation may continue: ${links.stack('CDKToolkit')}`,
    );
    const exitCode = await cdk({
      args: ['bootstrap', `aws://${caller.account}/${region}`],
      // Without a cdk.json the CDK does not synthesize an app first.
      directory: tmpdir(),
      env,
      interruption,
    });
    signal.throwIfAborted();
    if (exitCode !== 0)
      throw new CdkFailedError(`cdk bootstrap failed with exit code ${exitCode}; see its output.`);
    if (logsRole === undefined) {
      interruption.setConsequences(
        () => `The CDK is done; run ${nxCommand(context, 'bootstrap')} again for the rest.`,
      );
      terminal.print(`\nSetting ${options.logsRole} as the logs role of API Gateway …`);
      await setApiGatewayLogsRole(options.logsRole, connection, signal);
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
