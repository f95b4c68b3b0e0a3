const PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const RESERVED = ['aws', 'amazon', 'cognito'];

/** Says what Cognito has against a domain prefix (CG-AD-07), or nothing. */
export function literalDomainPrefixProblem(prefix: string): string | undefined {
  const reserved = RESERVED.find((word) => prefix.includes(word));
  if (reserved) {
    return `'${prefix}' contains '${reserved}', which Cognito reserves (${RESERVED.join(', ')}): choose another`;
  }
  if (!PATTERN.test(prefix)) {
    return `'${prefix}' is no domain prefix: use 1 to 63 lower-case letters, digits and inner hyphens`;
  }
  return undefined;
}
