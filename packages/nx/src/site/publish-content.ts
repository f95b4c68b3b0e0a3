import { randomUUID } from 'node:crypto';
import {
  type CloudFrontClient,
  CreateInvalidationCommand,
  waitUntilInvalidationCompleted,
} from '@aws-sdk/client-cloudfront';
import type { Connection } from '../aws/connection';
import { SiteContentError } from '../errors';
import { type Context, nxCommand } from '../executor';
import { type DeployedStack, listResources } from '../stack/deployed-stack';
import { updateBucket } from './bucket-content';
import type { BucketDeployment } from './bucket-deployment';

const INVALIDATION_LIMIT_SECONDS = 13 * 60;

/**
 * Uploads content to the buckets of a stack, and invalidates CloudFront's caches.
 *
 * @param deployments in the order in which they must happen
 * @param run stage, and the executor that continues after an interruption
 * @returns whether the content has changed
 * @throws {SiteContentError} when the stack has no such bucket or distribution
 */
export async function publishContent(
  deployments: readonly BucketDeployment[],
  stack: DeployedStack,
  { stage, executor }: { readonly stage: string; readonly executor: string },
  { clients }: Connection,
  context: Context,
): Promise<boolean> {
  const { terminal, interruption } = context;
  const resources = await listResources(clients, stack, interruption.signal);
  const physicalId = (logicalId: string): string => {
    const { PhysicalResourceId: id } = resources.get(logicalId) ?? {};
    if (id) return id;
    throw new SiteContentError(
      `${stack.name} has no resource ${logicalId} yet, to which the template deploys content.`,
      nxCommand(context, 'deploy', stage),
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
      `Run ${nxCommand(context, executor, stage)} again for the rest.`,
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
  return isChanged;
}

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
