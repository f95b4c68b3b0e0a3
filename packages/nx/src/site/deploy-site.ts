import { randomUUID } from 'node:crypto';
import {
  type CloudFrontClient,
  CreateInvalidationCommand,
  waitUntilInvalidationCompleted,
} from '@aws-sdk/client-cloudfront';
import { checkConnection } from '../aws/connection';
import { CheckList } from '../check-list';
import { confirm } from '../confirm';
import { type Context, nxCommand } from '../context';
import { NotConfirmedError, SiteContentError, StackNotReadyError } from '../errors';
import type { Executor, StageOptions } from '../executor';
import { readStageAssembly } from '../stack/assembly';
import { listResources, requireStack } from '../stack/deployed-stack';
import { isInProgress } from '../stack/stack-watch';
import { updateBucket } from './bucket-content';
import { contentDeployments } from './bucket-deployment';

const INVALIDATION_LIMIT_SECONDS = 13 * 60;

/** Uploads the site's content to a deployed stage. */
export const deploySite: Executor<StageOptions> = {
  async run(options, context) {
    const { stage } = options;
    const { terminal, interruption } = context;
    const deployCommand = nxCommand(context, 'deploy', stage);
    const synthesized = await readStageAssembly(options, context);
    const deployments = contentDeployments(synthesized, deployCommand);
    const checks = new CheckList(terminal);
    const connection = await checkConnection(checks, { ...options, stack: synthesized }, context);
    checks.assertPassed();
    if (!connection) return;
    const { clients, description, links } = connection;

    const stack = await requireStack(options, connection, context);
    if (isInProgress(stack.status)) {
      throw new StackNotReadyError(
        `${stack.name} is ${stack.status}: another operation may be changing its content.`,
        `wait until it has finished (${links.stack(stack.id)}), then run this again`,
      );
    }
    terminal.print(`\n${terminal.paint('bold', `Content of stage ${stage}`)}, ${description}`);
    if (stack.terminationProtection) await confirmUpload(options, context);
    const resources = await listResources(clients.cloudFormation, stack, interruption.signal);
    const physicalId = (logicalId: string): string => {
      const resource = resources.get(logicalId);
      if (resource?.physicalId) return resource.physicalId;
      throw new SiteContentError(
        `${stack.name} has no resource ${logicalId} yet, to which the template deploys content.`,
        deployCommand,
      );
    };
    const targets = deployments.map((deployment) => ({
      deployment,
      bucket: physicalId(deployment.bucket),
      distribution: deployment.invalidation && physicalId(deployment.invalidation.distribution),
    }));

    interruption.setConsequences(
      () =>
        'Some files may be new already. Pages still work: assets are uploaded before the HTML that needs them. ' +
        `Run ${nxCommand(context, 'deploy-site', stage)} again for the rest.`,
    );
    let isChanged = false;
    for (const { deployment, bucket, distribution } of targets) {
      const { changed, unchanged } = await updateBucket(clients.s3, bucket, deployment, context);
      terminal.print(`  ${deployment.logicalId}: ${changed} changed, ${unchanged} unchanged`);
      isChanged ||= changed > 0;
      // Also when nothing changed: the last run may have been interrupted before its invalidation.
      if (distribution)
        await invalidate(clients.cloudFront, distribution, deployment.invalidation?.paths ?? [], context);
    }
    const site = stack.outputs['SiteUrl'] ?? '';
    terminal.print(
      `\n${terminal.paint('green', '✔')} ${site} ${isChanged ? 'has the new content' : 'already had this content'}.`,
    );
  },
};

async function confirmUpload({ stage, yes }: StageOptions, context: Context): Promise<void> {
  if (yes) return;
  if (context.terminal.interactive)
    return confirm(`Stage ${stage} is protected. Replace its content?`, context);
  throw new NotConfirmedError(
    `Stage ${stage} is protected, and there is no terminal to ask for confirmation. Nothing was changed.`,
    `${nxCommand(context, 'deploy-site', stage)} --yes`,
  );
}

/** Invalidates paths in CloudFront's caches, and waits for the end. */
async function invalidate(
  cloudFront: CloudFrontClient,
  distribution: string,
  paths: readonly string[],
  { terminal, interruption: { signal } }: Context,
): Promise<void> {
  terminal.print(`  Invalidating ${paths.join(', ')} in CloudFront …`);
  const { Invalidation } = await cloudFront.send(
    new CreateInvalidationCommand({
      DistributionId: distribution,
      InvalidationBatch: {
        CallerReference: randomUUID(),
        Paths: { Quantity: paths.length, Items: [...paths] },
      },
    }),
    { abortSignal: signal },
  );
  await waitUntilInvalidationCompleted(
    {
      client: cloudFront,
      maxWaitTime: INVALIDATION_LIMIT_SECONDS,
      minDelay: 2,
      maxDelay: 10,
      abortSignal: signal,
    },
    { DistributionId: distribution, Id: Invalidation?.Id },
  );
}
