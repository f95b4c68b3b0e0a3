import { join, relative } from 'node:path';
import type { Connection } from '../checks/connection';
import type { Context } from '../context';
import { type DeployedStack, listResources } from '../stack/deployed-stack';
import { writeOutputs } from './outputs-file';

/** Writes the outputs of a deployed stage, and says where everything is and what comes next. */
export async function reportDeployment(
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
