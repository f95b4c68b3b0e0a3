const PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const RESERVED = ['aws', 'amazon', 'cognito'];

/** Returns the reason why Cognito rejects a domain prefix, or `undefined` (CG-AD-07). */
export function literalDomainPrefixProblem(prefix: string): string | undefined {
  const reserved = RESERVED.find((word) => prefix.includes(word));
  if (reserved) {
    return `'${prefix}' contains '${reserved}', which Cognito reserves (${RESERVED.join(', ')}): choose another`;
  }
  if (!PATTERN.test(prefix)) {
    return `'${prefix}' is not a domain prefix: use 1 to 63 lowercase letters, digits and inner hyphens`;
  }
  return undefined;
}
