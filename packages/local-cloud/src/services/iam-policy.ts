import { isValid, isValidCIDR, parse, parseCIDR, subnetMatch } from 'ipaddr.js';

/** Matches a whole text against an AWS pattern: `*` is any text, `?` any character. */
export function matchesWildcard(pattern: string, text: string, flags: 'i' | '' = ''): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, `s${flags}`).test(text);
}

/** Tells whether a text is an IP address or a CIDR block. */
export function isIpRange(text: string): boolean {
  return isValid(text) || isValidCIDR(text);
}

/** @param ranges IP addresses and CIDR blocks */
export function isInIpRanges(address: string, ranges: readonly string[]): boolean {
  const blocks = ranges.map((range) => (range.includes('/') ? parseCIDR(range) : toBlock(range)));
  return isValid(address) && subnetMatch(parse(address), { listed: blocks }, 'other') === 'listed';
}

function toBlock(address: string): ReturnType<typeof parseCIDR> {
  return parseCIDR(`${address}/${address.includes(':') ? 128 : 32}`);
}

/** By operator, then by condition key: the expected values. */
type Condition = Readonly<Record<string, unknown>>;

/** A statement of a resource-based policy. Each service checks the principals itself. */
interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition: Condition;
}

/** A requested access. `context`: values of condition keys, with names in lower case, e.g. `aws:sourcearn`. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | undefined>>;
}

type Test = (expected: string, actual: string) => boolean;

const equals: Test = (expected, actual) => expected === actual;
const isInRange: Test = (range, address) => isInIpRanges(address, [range]);

const equalsIgnoringCase: Test = (expected, actual) => expected.toLowerCase() === actual.toLowerCase();
const compares =
  (holdsFor: (actual: number, expected: number) => boolean): Test =>
  (expected, actual) =>
    holdsFor(Number(actual), Number(expected));

/** Condition operators. With `negated` a condition holds when no value matches, also when the key is absent. */
const OPERATORS: Readonly<Record<string, { readonly test: Test; readonly negated?: true }>> = {
  StringEquals: { test: equals },
  StringNotEquals: { test: equals, negated: true },
  StringEqualsIgnoreCase: { test: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { test: equalsIgnoringCase, negated: true },
  StringLike: { test: matchesWildcard },
  StringNotLike: { test: matchesWildcard, negated: true },
  ArnEquals: { test: matchesWildcard },
  ArnLike: { test: matchesWildcard },
  ArnNotEquals: { test: matchesWildcard, negated: true },
  ArnNotLike: { test: matchesWildcard, negated: true },
  Bool: { test: (expected, actual) => expected.toLowerCase() === actual },
  NumericEquals: { test: compares((actual, expected) => actual === expected) },
  NumericNotEquals: { test: compares((actual, expected) => actual === expected), negated: true },
  NumericLessThan: { test: compares((actual, expected) => actual < expected) },
  NumericLessThanEquals: { test: compares((actual, expected) => actual <= expected) },
  NumericGreaterThan: { test: compares((actual, expected) => actual > expected) },
  NumericGreaterThanEquals: { test: compares((actual, expected) => actual >= expected) },
  IpAddress: { test: isInRange },
  NotIpAddress: { test: isInRange, negated: true },
};

/** `ForAllValues:StringLikeIfExists`: a quantifier, an operator and `IfExists`. */
const CONDITION_OPERATOR = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/;

/** Tells whether the name of a condition operator, with its quantifier and `IfExists`, is known here. */
export function isConditionOperator(name: string): boolean {
  const [, , operator = ''] = CONDITION_OPERATOR.exec(name) ?? [];
  return name === 'Null' || Object.hasOwn(OPERATORS, operator);
}

/** Every context key has one value here, so the quantifiers differ only when it is absent. */
function holds(condition: Condition, context: Access['context']): boolean {
  return Object.entries(condition).every(([name, keys]) =>
    Object.entries((keys ?? {}) as Record<string, readonly string[]>).every(([key, expected]) => {
      const actual = context[key.toLowerCase()];
      if (name === 'Null') return expected.some((value) => (value === 'true') === (actual === undefined));
      const [, quantifier, operatorName = '', ifExists] = CONDITION_OPERATOR.exec(name) ?? [];
      const operator = OPERATORS[operatorName];
      if (!operator) return false;
      if (actual === undefined && (ifExists || quantifier))
        return ifExists !== undefined || quantifier === 'ForAllValues';
      const matches = actual !== undefined && expected.some((value) => operator.test(value, actual));
      return matches !== (operator.negated ?? false);
    }),
  );
}

/** Decides about an access: a statement must allow it, and none may deny it. */
export function evaluatePolicy<S extends Statement>(
  statements: readonly S[],
  { action, resource, context }: Access,
  isPrincipal: (statement: S) => boolean,
): { readonly isAllowed: boolean; readonly denial: S | undefined } {
  const applying = statements.filter(
    (statement) =>
      isPrincipal(statement) &&
      statement.Action.some((pattern) => matchesWildcard(pattern, action, 'i')) &&
      statement.Resource.some((pattern) => matchesWildcard(pattern, resource)) &&
      holds(statement.Condition, context),
  );
  const denial = applying.find(({ Effect }) => Effect === 'Deny');
  return { isAllowed: !denial && applying.length > 0, denial };
}
