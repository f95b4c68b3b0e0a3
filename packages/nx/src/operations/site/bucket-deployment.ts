import type { SynthesizedStack } from '../assembly/assembly';
import type { TemplateResource } from '../assembly/template';
import { ContentUndeployable } from '../errors';
import type { Filters } from './filters';

/** A `BucketDeployment` of the template: which files go where, and how. */
export interface BucketDeployment extends Filters {
  readonly logicalId: string;
  readonly directory: string;
  /** Logical id of the bucket. */
  readonly bucket: string;
  /** What keys begin with; empty, or with a slash at its end. */
  readonly prefix: string;
  /** Whether objects that are not in the directory are deleted. */
  readonly prune: boolean;
  /** HTTP headers of the objects, lower case. */
  readonly systemMetadata: Readonly<Record<string, string>>;
  readonly userMetadata: Readonly<Record<string, string>>;
  /** What CloudFront forgets afterwards. */
  readonly invalidation: { readonly distribution: string; readonly paths: readonly string[] } | undefined;
}

const TYPE = 'Custom::CDKBucketDeployment';

/** Properties that these operations understand, or that mean nothing to them. */
const KNOWN = [
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
 * The deployments of files as they are in the build, in the order in which they must happen.
 *
 * Those whose files are filled in by CloudFormation (`SourceMarkers`: the configuration) are left to it.
 *
 * @throws {ContentUndeployable} when one has properties that are not understood here
 */
export function contentDeployments({ template, directories, stage }: SynthesizedStack): BucketDeployment[] {
  const all = Object.entries(template.Resources).filter(([, { Type }]) => Type === TYPE);
  const ofFiles = all.filter(([, { Properties = {} }]) => Properties['SourceMarkers'] === undefined);
  return inOrder(ofFiles).map(([logicalId, { Properties = {} }]) =>
    readDeployment(logicalId, Properties, directories, stage),
  );
}

function readDeployment(
  logicalId: string,
  properties: Readonly<Record<string, unknown>>,
  directories: ReadonlyMap<string, string>,
  stage: string,
): BucketDeployment {
  const unknown = Object.keys(properties).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) {
    throw new ContentUndeployable(
      `${TYPE} ${logicalId} has properties unknown here: ${unknown.join(', ')}.`,
      {
        remedy: `npx nx deploy infra --stage=${stage}`,
      },
    );
  }
  const [objectKey, ...more] = strings(properties['SourceObjectKeys']);
  const directory = objectKey === undefined ? undefined : directories.get(objectKey);
  const bucket = reference(properties['DestinationBucketName']);
  if (!directory || more.length > 0 || !bucket) {
    throw new ContentUndeployable(
      `${TYPE} ${logicalId} is not one directory of the assembly into one bucket.`,
      {
        remedy: `npx nx deploy infra --stage=${stage}`,
      },
    );
  }
  const prefix = String(properties['DestinationBucketKeyPrefix'] ?? '');
  const distribution = reference(properties['DistributionId']);
  const paths = strings(properties['DistributionPaths']);
  return {
    logicalId,
    directory,
    bucket,
    prefix: prefix === '' || prefix === '/' ? '' : prefix.replace(/\/?$/, '/'),
    // CDK's handler prunes unless it is told otherwise.
    prune: String(properties['Prune'] ?? true) === 'true',
    exclude: strings(properties['Exclude']),
    include: strings(properties['Include']),
    systemMetadata: (properties['SystemMetadata'] ?? {}) as Record<string, string>,
    userMetadata: (properties['UserMetadata'] ?? {}) as Record<string, string>,
    invalidation: distribution ? { distribution, paths: paths.length > 0 ? paths : ['/*'] } : undefined,
  };
}

/** A deployment comes after those it depends on. */
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

function strings(value: unknown): string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

function reference(value: unknown): string | undefined {
  return (value as { Ref?: string } | undefined)?.Ref;
}
