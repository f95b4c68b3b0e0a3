import { type FileAsset, StackSelectionError } from '@spa-on-aws/cloudformation';
import { defineService } from '../../run/service';
import type { Stacks } from '../../run/sources';
import { mapNode, readable } from '../../run/topology-node';
import { artifactBuckets } from '../lambda/model/function';
import { deployBuckets, uploadDirectory } from './bucket-deployment';
import { readBuckets, s3ResourceTypes } from './model/bucket';
import { bucketServer } from './pipeline/handler';

export const bucketId = ({ logicalId }: { readonly logicalId: string }): string => `bucket:${logicalId}`;

/** S3: buckets with the objects that the template, its bucket deployments or `--bucket` upload. */
export const s3 = defineService({
  resourceTypes: s3ResourceTypes,
  readModel: readBuckets,
  check: (buckets, { stack, stacks, localize }) =>
    deployBuckets(stack, { buckets, files: filesOf(stacks), localize }),
  provides: (buckets) => buckets.flatMap(({ hosts }) => hosts.map((id) => ({ kind: 'host' as const, id }))),
  start: async (buckets, { account: { options }, network, stack, stacks, localize, previous = [] }) => {
    for (const bucket of buckets) {
      for (const host of bucket.hosts) network.hosts.set(host, bucketServer(bucket, host));
      // Objects stay where the bucket stays, as on AWS: also those that a deployment does not prune.
      const before = previous.find(({ name }) => name === bucket.name);
      for (const [key, object] of before?.objects ?? []) bucket.objects.set(key, object);
    }
    for (const [wanted, directory] of options.buckets) {
      const bucket = buckets.find(
        ({ logicalId, name }) => wanted === name || wanted === logicalId || logicalId.endsWith(`.${wanted}`),
      );
      if (!bucket) {
        if (artifactBuckets(stack).has(wanted)) continue;
        const names = buckets.map(({ logicalId }) => logicalId).join(', ') || 'none';
        throw new StackSelectionError(`--bucket: there is no bucket ${wanted}; buckets: ${names}.`);
      }
      await uploadDirectory(bucket, directory);
    }
    await deployBuckets(stack, { buckets, files: filesOf(stacks), localize });
    return { running: undefined };
  },
  topology: (buckets) => ({
    nodes: buckets.map((bucket) => ({
      ...mapNode({
        id: bucketId(bucket),
        kind: 'bucket',
        name: readable(bucket.logicalId),
        role: 'S3 bucket: the files of the site',
        facts: [bucket.objects.size === 1 ? '1 file' : `${bucket.objects.size} files`],
        column: 3,
      }),
      provides: bucket.hosts.map((id) => ({ kind: 'host', id })),
    })),
    edges: [],
  }),
});

const filesOf = (stacks: Stacks): ReadonlyMap<string, FileAsset> =>
  new Map(stacks.flatMap(({ files }) => [...files]));
