import { resolve } from 'node:path';
import { readSynthesizedStack } from '../assembly/assembly';
import { CheckList } from '../checks/check-list';
import { checkConnection, checkEnvironment } from '../checks/connection';
import { assembly, profile, region, stage, yes } from '../command-line/common-options';
import { defineCommand } from '../command-line/command';
import { confirm } from '../confirmation';
import type { Context } from '../context';
import { ContentUndeployable, NotConfirmed, StackRefuses } from '../errors';
import { listResources, requireStack } from '../stack/deployed-stack';
import { isInProgress } from '../stack/stack-watch';
import { contentDeployments } from './bucket-deployment';
import { findChanges, listObjects } from './changes';
import { invalidate } from './invalidate';
import { deleteObjects, putObjects } from './put-content';

/** `nx deploy-site infra` */
export const deploySite = defineCommand({
  name: 'deploy-site',
  summary:
    "Brings the site's content to a deployed stage, and nothing else: assets, then HTML, then CloudFront forgets what it had. " +
    'It follows the rules of the synthesized template (which files, which headers, what is deleted), leaves config.json ' +
    'alone and keeps the assets of earlier builds.',
  options: { stage, region, profile, yes, assembly },
  examples: [
    { command: 'npx nx deploy-site infra', description: 'stage dev' },
    { command: 'npx nx deploy-site infra -c prod --yes', description: 'stage prod, without a question' },
  ],
  async run(values, context) {
    const { terminal, interruption, directory } = context;
    const synthesized = readSynthesizedStack(resolve(directory, values.assembly), values.stage);
    const deployments = contentDeployments(synthesized);
    const checks = new CheckList(terminal);
    const connection = await checkConnection(checks, { ...values, stackRegion: synthesized.region }, context);
    if (connection) checkEnvironment(checks, synthesized, connection);
    checks.mustHavePassed();
    if (!connection) return;
    const { clients, words, links } = connection;

    const stack = await requireStack(clients.cloudFormation, values.stage, words, interruption.signal);
    if (isInProgress(stack.status)) {
      throw new StackRefuses(`${stack.name} is ${stack.status}: its content may be about to change.`, {
        remedy: `wait until that has ended (${links.stack(stack.id)}), then start again`,
      });
    }
    terminal.print(`\n${terminal.paint('bold', `Content of stage ${values.stage}`)}, ${words}`);
    await agree(values.stage, values.yes, stack.terminationProtection, context);
    const resources = await listResources(clients.cloudFormation, stack, interruption.signal);
    const physical = (logicalId: string): string => {
      const resource = resources.get(logicalId);
      if (resource?.physicalId) return resource.physicalId;
      throw new ContentUndeployable(
        `${stack.name} has no ${logicalId} yet, where the template puts content.`,
        {
          remedy: `npx nx deploy infra --stage=${values.stage}`,
        },
      );
    };
    const targets = deployments.map((deployment) => ({
      deployment,
      bucket: physical(deployment.bucket),
      distribution: deployment.invalidation && physical(deployment.invalidation.distribution),
    }));

    interruption.means(
      () =>
        `Some files may be new already; assets go before the HTML that needs them, so pages keep working. ` +
        `npx nx deploy-site infra --stage=${values.stage} completes it.`,
    );
    let changed = false;
    for (const { deployment, bucket, distribution } of targets) {
      const held = await listObjects(clients.s3, bucket, deployment.prefix, interruption.signal);
      const changes = await findChanges(deployment, held);
      await putObjects(clients.s3, bucket, deployment, changes, context);
      await deleteObjects(clients.s3, bucket, changes, context);
      const { length } = [...changes.uploads, ...changes.deletions];
      terminal.print(`  ${deployment.logicalId}: ${length} changed, ${changes.unchanged} as they were`);
      changed ||= length > 0;
      // Also when nothing is new: an interrupted run may have ended before its invalidation.
      if (distribution) await invalidate(distribution, deployment, connection, context);
    }
    const site = stack.outputs['SiteUrl'] ?? '';
    terminal.print(
      changed
        ? `\n${terminal.paint('green', '✔')} ${site} has the new content.`
        : `\n${terminal.paint('green', '✔')} ${site} had this content already.`,
    );
  },
});

async function agree(stage: string, yes: boolean, isProtected: boolean, context: Context): Promise<void> {
  if (yes || !isProtected) return;
  if (context.terminal.interactive)
    return confirm(`Stage ${stage} is protected. Replace its content?`, context);
  throw new NotConfirmed(
    `Stage ${stage} is protected, and nobody is here to be asked. Nothing has been changed.`,
    {
      remedy: `npx nx deploy-site infra --stage=${stage} --yes`,
    },
  );
}
