import { relative } from 'node:path';
import { mergeNested, TemplateDocument } from '@spa-on-aws/cloudformation';
import { costOf } from '@spa-on-aws/template-checks';
import type { Connection } from '../aws/connection';
import { type Context, nxCommand } from '../executor';
import { writeOutputs } from '../outputs';
import { retainedResources, shortType, type StageAssembly, type Template } from '../stack/assembly';
import { type DeployedStack, listResources } from '../stack/deployed-stack';
import type { Terminal } from '../terminal';

/** Describes what a deployment will do, and what a later deletion would retain. */
export function deploymentPlan(
  { stage, name, template, nested, images, terminationProtection }: StageAssembly,
  action: string,
  { description, caller }: Connection,
  paint: Terminal['paint'],
): string {
  const imageCount = images.size === 0 ? '' : `, ${images.size} image${images.size === 1 ? '' : 's'}`;
  const retained = retainedResources(template);
  return [
    '',
    paint('bold', `Deploy stage ${stage}`),
    `  to        ${description}`,
    `  as        ${caller}`,
    `  stack     ${name} ${action}`,
    `  with      ${Object.keys(template.Resources).length} resources${imageCount}`,
    `  costs     ${idleCost(template, nested)}`,
    ...(terminationProtection ? ['  protected from deletion'] : []),
    retained.length === 0
      ? '  destroy   would delete everything'
      : `  destroy   would retain ${retained.map(({ type, logicalId, content }) => `${shortType(type)} ${logicalId} (${content})`).join(', ')}`,
    '',
  ].join('\n');
}

/** Says what a stack costs without requests, and which capacity would cost less. */
function idleCost(template: Template, nested: StageAssembly['nested']): string {
  const merged = mergeNested({ template: new TemplateDocument(template), nested });
  const { bills, unread } = costOf(merged, { requestsPerSecond: [0] });
  const [idle] = bills;
  const hasContainers = merged.ofType('AWS::ECS::TaskDefinition').length > 0;
  const without = unread.length === 0 ? '' : `, not including nested stacks ${unread.join(', ')}`;
  const hint = hasContainers ? '; on Lambda (--capacity=lambda) next to nothing' : '';
  return `about $${(idle?.usd ?? 0).toFixed(2)} a month without requests${without}${hint}`;
}

/** Writes the outputs of a deployed stage, and prints links and the next steps. */
export async function reportDeployment(
  deployed: DeployedStack,
  { stage, e2eProject }: { readonly stage: string; readonly e2eProject: string | undefined },
  { account, clients, links, region }: Connection,
  context: Context,
): Promise<void> {
  const { terminal, projectRoot, workspaceRoot, interruption } = context;
  const { outputs, name } = deployed;
  const file = await writeOutputs(projectRoot, { stage, stack: name, account, region, outputs });
  const resources = [...(await listResources(clients, deployed, interruption.signal)).values()];
  const idOf = (type: string): string | undefined =>
    resources.find(({ ResourceType }) => ResourceType === type)?.PhysicalResourceId;
  const distribution = idOf('AWS::CloudFront::Distribution');
  const userPool = idOf('AWS::Cognito::UserPool');
  const user = nxCommand(context, 'user', stage === 'dev' ? undefined : stage);
  terminal.print(
    [
      '',
      `${terminal.paint('green', '✔')} Stage ${stage} is at ${terminal.paint('bold', outputs['SiteUrl'] ?? '(no SiteUrl)')}`,
      '',
      'In the AWS console',
      `  stack      ${links.stack(deployed.id)}`,
      ...(distribution ? [`  site       ${links.distribution(distribution)}`] : []),
      ...(userPool ? [`  users      ${links.users(userPool)}`] : []),
      `  logs       ${links.logs(name)}`,
      '',
      `Outputs: ${relative(workspaceRoot, file)}`,
      '',
      'Next',
      `  ${user} --email=you@example.com     create your user, and sign in`,
      ...(e2eProject
        ? [
            `  ${user} --e2e                       create the user of the end-to-end tests, then`,
            `  ${e2eCommand(e2eProject, stage)}`,
          ]
        : []),
    ].join('\n'),
  );
}

/** Returns the command that runs the end-to-end tests against a deployed stage. */
export function e2eCommand(e2eProject: string, stage: string): string {
  return `npx nx e2e ${e2eProject} -c deployed${stage === 'dev' ? '' : `   (with DEPLOYED_STAGE=${stage})`}`;
}
