/** Which files a bucket deployment is about. */
export interface Filters {
  readonly exclude: readonly string[];
  readonly include: readonly string[];
}

/**
 * Whether a file is selected, as `aws s3 sync` decides when CDK's handler calls it: everything is, but what an
 * exclusion names, but what an inclusion names.
 */
export function isSelected(path: string, { exclude, include }: Filters): boolean {
  const matches = (pattern: string): boolean => wildcard(pattern).test(path);
  return !exclude.some(matches) || include.some(matches);
}

/** Python's `fnmatch`, which the AWS CLI uses: `*` crosses slashes, `[!a]` negates. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\[(!?)(\]?[^\]]*)\]|[\s\S]/g, (part, not: string, set: string) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 1) return `[${not && '^'}${set.replace(/[\\\]^]/g, '\\$&')}]`;
    return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}
