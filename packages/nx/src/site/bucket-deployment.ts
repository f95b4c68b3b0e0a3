import { BUCKET_DEPLOYMENT, keyPrefix } from '@spa-on-aws/cloudformation';
import { SiteContentError } from '../errors';
import type { StageAssembly, TemplateResource } from '../stack/assembly';

/** A `BucketDeployment` of the template. */
export interface BucketDeployment {
  readonly logicalId: string;
  /** Patterns of files that are not uploaded, unless a pattern of `include` matches them. */
  readonly exclude: readonly string[];
  readonly include: readonly string[];
  readonly directory: string;
  /** Logical id of the bucket. */
  readonly bucket: string;
  /** Prefix of the keys; empty, or with a slash at its end. */
  readonly prefix: string;
  /** Deletes objects that are not in the directory. */
  readonly prune: boolean;
  /** HTTP headers of the objects, in lower case. */
  readonly systemMetadata: Readonly<Record<string, string>>;
  readonly userMetadata: Readonly<Record<string, string>>;
  /** CloudFront invalidation after the upload. */
  readonly invalidation: { readonly distribution: string; readonly paths: readonly string[] } | undefined;
}

/** Properties that `deploy-site` supports, or that do not matter to it. */
const SUPPORTED = [
  'ServiceToken',
  'ServiceTimeout',
  'SourceBucketNames',
  'SourceObjectKeys',
  'SourceMarkers',
  'SourceMarkersConfig',
  'DestinationBucketName',
  'DestinationBucketKeyPrefix',
  'DestinationBucketArn',
  'WaitForDistributionInvalidation',
  'RetainOnDelete',
  'Prune',
  'Exclude',
  'Include',
  'UserMetadata',
  'SystemMetadata',
  'DistributionId',
  'DistributionPaths',
  'OutputObjectKeys',
];

/**
 * Returns the bucket deployments of a template in the order in which they must happen.
 *
 * Leaves out deployments whose files CloudFormation fills in (`SourceMarkers`): the configuration.
 *
 * @param deployCommand remedy: command that deploys the whole stage
 * @throws {SiteContentError} when a deployment has unsupported properties
 */
export function contentDeployments(
  { template, files }: Pick<StageAssembly, 'template' | 'files'>,
  deployCommand: string,
): BucketDeployment[] {
  const deployments = Object.entries(template.Resources).filter(
    ([, { Type, Properties = {} }]) =>
      Type === BUCKET_DEPLOYMENT && Properties['SourceMarkers'] === undefined,
  );
  return inOrder(deployments).map(([logicalId, { Properties: properties = {} }]) => {
    const failure = (problem: string): SiteContentError =>
      new SiteContentError(`${BUCKET_DEPLOYMENT} ${logicalId} ${problem}.`, deployCommand);
    const unsupported = Object.keys(properties).filter((name) => !SUPPORTED.includes(name));
    if (unsupported.length > 0) throw failure(`has unsupported properties: ${unsupported.join(', ')}`);
    const [objectKey = '', ...more] = strings(properties['SourceObjectKeys']);
    const asset = files.get(objectKey);
    const bucket = reference(properties['DestinationBucketName']);
    if (asset?.packaging !== 'zip' || more.length > 0 || !bucket)
      throw failure('does not deploy one directory of the assembly to one bucket of the stack');
    const distribution = reference(properties['DistributionId']);
    const paths = strings(properties['DistributionPaths']);
    return {
      logicalId,
      directory: asset.path,
      bucket,
      prefix: keyPrefix(String(properties['DestinationBucketKeyPrefix'] ?? '')),
      // Default of the CDK's handler.
      prune: String(properties['Prune'] ?? true) === 'true',
      exclude: strings(properties['Exclude']),
      include: strings(properties['Include']),
      systemMetadata: (properties['SystemMetadata'] ?? {}) as Record<string, string>,
      userMetadata: (properties['UserMetadata'] ?? {}) as Record<string, string>,
      invalidation: distribution ? { distribution, paths: paths.length > 0 ? paths : ['/*'] } : undefined,
    };
  });
}

/** Sorts deployments: each comes after those it depends on. */
function inOrder(deployments: readonly [string, TemplateResource][]): [string, TemplateResource][] {
  const ordered = new Map<string, TemplateResource>();
  const add = ([logicalId, resource]: [string, TemplateResource]): void => {
    if (ordered.has(logicalId)) return;
    for (const other of deployments) {
      if (strings(resource.DependsOn).includes(other[0])) add(other);
    }
    ordered.set(logicalId, resource);
  };
  deployments.forEach(add);
  return [...ordered];
}

function strings(value: unknown = []): string[] {
  return [value].flat().map(String);
}

function reference(value: unknown): string | undefined {
  return (value as { Ref?: string } | undefined)?.Ref;
}
