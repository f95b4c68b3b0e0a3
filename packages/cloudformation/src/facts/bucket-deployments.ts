/** Type of the CDK's `BucketDeployment` resources. */
export const BUCKET_DEPLOYMENT = 'Custom::CDKBucketDeployment';

/** Filters of a bucket deployment, with the patterns of `aws s3 sync`. */
export interface DeploymentFilters {
  readonly exclude: readonly string[];
  readonly include: readonly string[];
}

/**
 * True when a bucket deployment uploads, and prunes, the object of a file.
 *
 * The CDK's handler passes excludes before includes, and the last match wins.
 *
 * @param file path from the deployed directory, with slashes
 */
export function isDeployed(file: string, { exclude, include }: DeploymentFilters): boolean {
  const matches = (pattern: string) => wildcard(pattern).test(file);
  return include.some(matches) || !exclude.some(matches);
}

/** Converts a pattern of Python's `fnmatch`, which the AWS CLI uses: `*` matches slashes, `[!a]` negates. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\[(!?)(\]?[^\]]*)\]|[\s\S]/g, (part, not: string, set: string) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 1) return `[${not && '^'}${set.replace(/[\\\]^]/g, '\\$&')}]`;
    return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}

/** Returns the prefix of the object keys: empty, or with a slash at the end. */
export function keyPrefix(destinationBucketKeyPrefix: string): string {
  return destinationBucketKeyPrefix.replace(/^\/$/, '').replace(/([^/])$/, '$1/');
}
