import { randomUUID } from 'node:crypto';
import {
  type CloudFrontClient,
  CreateInvalidationCommand,
  waitUntilInvalidationCompleted,
} from '@aws-sdk/client-cloudfront';
import { requireConnection } from '../aws/connection';
import { SiteContentError, StackNotReadyError } from '../errors';
import { type Context, type Executor, nxCommand, type StageOptions } from '../executor';
import { readStageAssembly } from '../stack/assembly';
import { listResources, requireStack } from '../stack/deployed-stack';
import { isInProgress } from '../stack/stack-watch';
import { confirm } from '../terminal';
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
    const connection = await requireConnection({ ...options, stack: synthesized }, context);
    const { clients, description, links } = connection;

    const stack = await requireStack(options, connection, context);
    if (isInProgress(stack.status)) {
      throw new StackNotReadyError(
        `${stack.name} is ${stack.status}: another operation may be changing its content.`,
        `wait until it has finished (${links.stack(stack.id)}), then run this again`,
      );
    }
    terminal.print(`\n${terminal.paint('bold', `Content of stage ${stage}`)}, ${description}`);
    if (stack.terminationProtection) {
      const question = `Stage ${stage} is protected. Replace its content?`;
      await confirm({ question, executor: 'deploy-site', isProtected: true }, options, context);
    }
    const resources = await listResources(clients, stack, interruption.signal);
    const physicalId = (logicalId: string): string => {
      const { PhysicalResourceId: id } = resources.get(logicalId) ?? {};
      if (id) return id;
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

/** Invalidates paths in CloudFront's caches, and waits for the end. */
async function invalidate(
  client: CloudFrontClient,
  DistributionId: string,
  paths: readonly string[],
  { terminal, interruption: { signal: abortSignal } }: Context,
): Promise<void> {
  terminal.print(`  Invalidating ${paths.join(', ')} in CloudFront …`);
  const Paths = { Quantity: paths.length, Items: [...paths] };
  const request = new CreateInvalidationCommand({
    DistributionId,
    InvalidationBatch: { CallerReference: randomUUID(), Paths },
  });
  const { Invalidation } = await client.send(request, { abortSignal });
  await waitUntilInvalidationCompleted(
    { client, maxWaitTime: INVALIDATION_LIMIT_SECONDS, minDelay: 2, maxDelay: 10, abortSignal },
    { DistributionId, Id: Invalidation?.Id },
  );
}
