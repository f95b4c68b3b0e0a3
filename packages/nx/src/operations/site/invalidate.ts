import { randomUUID } from 'node:crypto';
import { CreateInvalidationCommand, waitUntilInvalidationCompleted } from '@aws-sdk/client-cloudfront';
import type { Connection } from '../checks/connection';
import type { Context } from '../context';
import type { BucketDeployment } from './bucket-deployment';

const INVALIDATION_LIMIT_SECONDS = 13 * 60;

/** Makes CloudFront forget the paths of a deployment, and waits until it has. */
export async function invalidate(
  distribution: string,
  { invalidation }: BucketDeployment,
  { clients: { cloudFront } }: Connection,
  { terminal, interruption: { signal } }: Context,
): Promise<void> {
  const paths = [...(invalidation?.paths ?? [])];
  terminal.print(`  CloudFront forgets ${paths.join(', ')} …`);
  const { Invalidation } = await cloudFront.send(
    new CreateInvalidationCommand({
      DistributionId: distribution,
      InvalidationBatch: {
        CallerReference: randomUUID(),
        Paths: { Quantity: paths.length, Items: paths },
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
