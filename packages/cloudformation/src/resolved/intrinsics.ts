import { InvalidIntrinsicError, UnknownIntrinsicError, UnsupportedTemplateError } from '../errors';
import { cidrBlocks } from './cidr';
import { substitute } from '../sub';
import { hasUnknown } from './unknown-values';

/** Value of `Ref: AWS::NoValue`; it removes its property or list item. */
export const NO_VALUE: unique symbol = Symbol('AWS::NoValue');

/** Values of the stack that intrinsic functions need. */
export interface IntrinsicScope {
  ref(name: string, path: string): unknown;
  attribute(logicalId: string, attribute: string, path: string): unknown;
  condition(name: string, path: string): boolean;
  /** @param fallback value of a missing entry; without it, a missing entry is an error */
  mapping(map: string, topKey: string, secondKey: string, path: string, fallback?: () => unknown): unknown;
  /** Returns the export of another stack. */
  importValue(name: string, path: string): unknown;
  /** The value of `{{resolve:reference}}`; `undefined` when it is unknown. */
  dynamicReference(reference: string): string | undefined;
  readonly region: string;
  /** True when the template has `Transform: AWS::LanguageExtensions`. */
  readonly languageExtensions: boolean;
}

type Intrinsic = (argument: unknown, path: string, scope: IntrinsicScope) => unknown;

function invalid(path: string, detail: string): never {
  throw new InvalidIntrinsicError(path, detail);
}

function list(value: unknown, path: string, name: string, length?: number): unknown[] {
  if (typeof value === 'string' && hasUnknown(value)) return [value];
  if (!Array.isArray(value)) invalid(path, `${name} takes a list.`);
  if (length !== undefined && value.length !== length) invalid(path, `${name} takes a list of ${length}.`);
  return value;
}

function text(value: unknown, path: string, name: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  return invalid(path, `${name} needs a string, but has ${JSON.stringify(value)}.`);
}

/** Size of the largest template (CloudFormation quotas), in characters: no value of one is longer. */
const MAX_LENGTH = 1_048_576;

function bounded(value: string, path: string, name: string): string {
  if (value.length <= MAX_LENGTH) return value;
  return invalid(path, `${name} makes a text of ${value.length} characters; the limit is ${MAX_LENGTH}.`);
}

function evaluateSub(argument: unknown, path: string, scope: IntrinsicScope): string {
  const [template, given] = Array.isArray(argument) ? list(argument, path, 'Fn::Sub', 2) : [argument, {}];
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    invalid(path, 'Fn::Sub takes a string and a mapping of its variables.');
  }
  const variables = evaluate(given, path, scope) as Record<string, unknown>;
  return substitute(text(template, path, 'Fn::Sub'), (variable) => {
    if (Object.hasOwn(variables, variable)) return text(variables[variable], path, 'Fn::Sub');
    const [logicalId = '', ...attribute] = variable.split('.');
    const value =
      attribute.length > 0
        ? scope.attribute(logicalId, attribute.join('.'), path)
        : scope.ref(variable, path);
    return text(value, path, 'Fn::Sub');
  });
}

function evaluateSelect(argument: unknown, path: string, scope: IntrinsicScope): unknown {
  const [index, items] = evaluateList(argument, path, scope, 'Fn::Select', 2);
  const candidates = list(items, path, 'Fn::Select');
  const position = Number(index);
  // A part of a value that only AWS knows is one, too.
  const unknown = candidates.find((item) => typeof item === 'string' && hasUnknown(item));
  if (unknown !== undefined && (candidates.length === 1 || position >= candidates.length)) return unknown;
  if (!Number.isInteger(position) || position < 0 || position >= candidates.length) {
    const shown = JSON.stringify(candidates).slice(0, 200);
    invalid(path, `Fn::Select has no item ${String(index)} in a list of ${candidates.length}: ${shown}.`);
  }
  return candidates[position];
}

function evaluateList(
  argument: unknown,
  path: string,
  scope: IntrinsicScope,
  name: string,
  length: number,
): unknown[] {
  return list(argument, path, name, length).map((item) => evaluate(item, path, scope));
}

function evaluateFindInMap(argument: unknown, path: string, scope: IntrinsicScope): unknown {
  const parts = list(argument, path, 'Fn::FindInMap');
  const [map, topKey, secondKey] = parts
    .slice(0, 3)
    .map((key) => text(evaluate(key, path, scope), path, 'Fn::FindInMap'));
  if (parts.length === 3) {
    return evaluate(scope.mapping(map ?? '', topKey ?? '', secondKey ?? '', path), path, scope);
  }
  const options = parts[3] as { DefaultValue?: unknown } | undefined;
  if (parts.length !== 4 || options?.DefaultValue === undefined) {
    invalid(path, 'Fn::FindInMap takes a map and two keys, optionally followed by {"DefaultValue": …}.');
  }
  needExtensions(path, scope, 'a default value of Fn::FindInMap');
  return scope.mapping(map ?? '', topKey ?? '', secondKey ?? '', path, () =>
    evaluate(options.DefaultValue, path, scope),
  );
}

function evaluateCidr(argument: unknown, path: string, scope: IntrinsicScope): string[] {
  const parts = list(argument, path, 'Fn::Cidr').map((item) => evaluate(item, path, scope));
  const [block, count, hostBits = 8] = parts;
  const number = Number(count);
  if (!Number.isInteger(number) || number < 1 || number > 256) {
    invalid(path, `Fn::Cidr makes 1 to 256 blocks, not ${String(count)}.`);
  }
  const base = text(block, path, 'Fn::Cidr');
  if (hasUnknown(base)) return Array.from({ length: number }, () => base);
  const blocks = cidrBlocks(base, number, Number(hostBits));
  return (
    blocks ??
    invalid(path, `Fn::Cidr: ${String(block)} has no room for ${number} blocks of ${String(hostBits)} bits.`)
  );
}

function needExtensions(path: string, { languageExtensions }: IntrinsicScope, what: string): void {
  if (!languageExtensions) invalid(path, `${what} needs Transform: AWS::LanguageExtensions.`);
}

function strings(value: unknown, path: string, name: string): string[] {
  return list(value, path, name).map((item) => text(item, path, name));
}

function conditions(argument: unknown, path: string, scope: IntrinsicScope, name: string): boolean[] {
  const items = list(argument, path, name);
  if (name !== 'Fn::Not' && (items.length < 2 || items.length > 10)) {
    invalid(path, `${name} takes 2 to 10 conditions.`);
  }
  return items.map((item) => {
    const value = evaluate(item, path, scope);
    if (typeof value !== 'boolean') invalid(path, `${name} takes conditions only.`);
    return value;
  });
}

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, path, scope) => scope.ref(text(argument, path, 'Ref'), path),
  Condition: (argument, path, scope) => scope.condition(text(argument, path, 'Condition'), path),
  'Fn::GetAtt': (argument, path, scope) => {
    const [logicalId, ...attribute] = Array.isArray(argument)
      ? argument.map((part) => text(evaluate(part, path, scope), path, 'Fn::GetAtt'))
      : text(argument, path, 'Fn::GetAtt').split('.');
    return scope.attribute(logicalId ?? '', attribute.join('.'), path);
  },
  'Fn::Sub': (argument, path, scope) => bounded(evaluateSub(argument, path, scope), path, 'Fn::Sub'),
  'Fn::Join': (argument, path, scope) => {
    const [separator, items] = evaluateList(argument, path, scope, 'Fn::Join', 2);
    const joined = list(items, path, 'Fn::Join')
      .map((item) => text(item, path, 'Fn::Join'))
      .join(text(separator, path, 'Fn::Join'));
    return bounded(joined, path, 'Fn::Join');
  },
  'Fn::Select': evaluateSelect,
  'Fn::Split': (argument, path, scope) => {
    const [separator, source] = evaluateList(argument, path, scope, 'Fn::Split', 2);
    return text(source, path, 'Fn::Split').split(text(separator, path, 'Fn::Split'));
  },
  'Fn::If': (argument, path, scope) => {
    const [condition, then, otherwise] = list(argument, path, 'Fn::If', 3);
    return evaluate(scope.condition(text(condition, path, 'Fn::If'), path) ? then : otherwise, path, scope);
  },
  'Fn::FindInMap': evaluateFindInMap,
  'Fn::Cidr': evaluateCidr,
  'Fn::ImportValue': (argument, path, scope) =>
    scope.importValue(text(evaluate(argument, path, scope), path, 'Fn::ImportValue'), path),
  'Fn::GetAZs': (argument, path, scope) => {
    const region = text(evaluate(argument, path, scope), path, 'Fn::GetAZs') || scope.region;
    return ['a', 'b', 'c'].map((zone) => region + zone);
  },
  'Fn::Length': (argument, path, scope) => {
    needExtensions(path, scope, 'Fn::Length');
    return list(evaluate(argument, path, scope), path, 'Fn::Length').length;
  },
  'Fn::ToJsonString': (argument, path, scope) => {
    needExtensions(path, scope, 'Fn::ToJsonString');
    return bounded(JSON.stringify(evaluate(argument, path, scope)), path, 'Fn::ToJsonString');
  },
  'Fn::Base64': (argument, path, scope) => {
    const plain = text(evaluate(argument, path, scope), path, 'Fn::Base64');
    return hasUnknown(plain) ? plain : Buffer.from(plain).toString('base64');
  },
  'Fn::Equals': (argument, path, scope) => {
    const [left, right] = evaluateList(argument, path, scope, 'Fn::Equals', 2);
    return text(left, path, 'Fn::Equals') === text(right, path, 'Fn::Equals');
  },
  'Fn::Not': (argument, path, scope) =>
    !conditions(list(argument, path, 'Fn::Not', 1), path, scope, 'Fn::Not')[0],
  'Fn::And': (argument, path, scope) => conditions(argument, path, scope, 'Fn::And').every(Boolean),
  'Fn::Or': (argument, path, scope) => conditions(argument, path, scope, 'Fn::Or').some(Boolean),
  // Rule functions.
  'Fn::Contains': (argument, path, scope) => {
    const [values, value] = evaluateList(argument, path, scope, 'Fn::Contains', 2);
    return strings(values, path, 'Fn::Contains').includes(text(value, path, 'Fn::Contains'));
  },
  'Fn::EachMemberEquals': (argument, path, scope) => {
    const [values, value] = evaluateList(argument, path, scope, 'Fn::EachMemberEquals', 2);
    return strings(values, path, 'Fn::EachMemberEquals').every((item) => item === String(value));
  },
  'Fn::EachMemberIn': (argument, path, scope) => {
    const [values, allowed] = evaluateList(argument, path, scope, 'Fn::EachMemberIn', 2);
    const known = strings(allowed, path, 'Fn::EachMemberIn');
    return strings(values, path, 'Fn::EachMemberIn').every((item) => known.includes(item));
  },
};

/** True for a value that consists of an intrinsic function, e.g. `{Ref: Name}`. */
export function isIntrinsic(value: object): boolean {
  const [name = '', another] = Object.keys(value);
  return another === undefined && (name === 'Ref' || name.startsWith('Fn::'));
}

/** True for the name of a supported intrinsic function. */
export function isKnownIntrinsic(name: string): boolean {
  return Object.hasOwn(INTRINSICS, name);
}

/**
 * Resolves all intrinsic functions of a value.
 *
 * @param path place in the template, for messages
 * @throws UnknownIntrinsicError InvalidIntrinsicError, and whatever the scope throws
 */
export function evaluate(value: unknown, path: string, scope: IntrinsicScope): unknown {
  if (Array.isArray(value)) {
    return value
      .map((item, index) => evaluate(item, `${path}[${index}]`, scope))
      .filter((item) => item !== NO_VALUE);
  }
  if (typeof value === 'string') return resolveDynamicReferences(value, path, scope);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [key, argument] = entries.length === 1 ? (entries[0] as [string, unknown]) : ['', undefined];
  const isCondition = key === 'Condition' && typeof argument === 'string';
  if (key === 'Ref' || key.startsWith('Fn::') || isCondition) {
    const intrinsic = isKnownIntrinsic(key) ? INTRINSICS[key] : undefined;
    if (!intrinsic) throw new UnknownIntrinsicError(key, path);
    const result = intrinsic(argument, path, scope);
    // CloudFormation resolves dynamic references after functions: the CDK joins them with the ARN of a secret.
    return typeof result === 'string' && key !== 'Ref'
      ? resolveDynamicReferences(result, path, scope)
      : result;
  }
  const resolved: Record<string, unknown> = {};
  for (const [name, item] of entries) {
    if (name.startsWith('Fn::')) throw new InvalidIntrinsicError(path, `${name} must be the only key.`);
    const property = evaluate(item, `${path}.${name}`, scope);
    if (property !== NO_VALUE) resolved[name] = property;
  }
  return resolved;
}

/** Replaces `{{resolve:ssm:/a/b}}` and the like; the scope may not know the value. */
function resolveDynamicReferences(text: string, path: string, scope: IntrinsicScope): string {
  return text.replace(/\{\{resolve:([^}]*)\}\}/g, (whole, reference: string) => {
    const value = scope.dynamicReference(reference);
    if (value !== undefined) return value;
    throw new UnsupportedTemplateError(
      path,
      `the value of ${whole} exists in AWS only. Make it a parameter of the template, and pass that with --parameter.`,
    );
  });
}
