import type { z } from 'zod';
import { InvalidPropertyError, UnsupportedPropertyError } from '../errors';
import { PLAIN_WORDS } from '../schema-messages';

/** Property that is not in a service's schema. */
export interface UnknownProperty {
  /** E.g. `DistributionConfig.CacheBehaviors[0].Smooth`. */
  readonly property: string;
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
}

export function propertyPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

/**
 * Reads properties with a service's schema.
 *
 * Like CloudFormation, it accepts `"443"` for a number, `443` for a string and `"true"` for a boolean.
 *
 * @param passesOver returns true to ignore an unknown property; by default none is ignored
 * @throws UnsupportedPropertyError for a property that is not in the schema
 * @throws InvalidPropertyError for a value that the schema rejects
 */
export function readProperties<Schema extends z.ZodType>(
  { logicalId, type }: { readonly logicalId: string; readonly type: string },
  properties: unknown,
  schema: Schema,
  passesOver: (unknown: UnknownProperty) => boolean = () => false,
): z.output<Schema> {
  const value = structuredClone(properties);
  let result = schema.safeParse(value, PLAIN_WORDS);
  while (!result.success) {
    const coerced = result.error.issues.filter((issue) => coerceAt(value, issue));
    const unknown = unknownProperties(result.error.issues, value);
    const refused = unknown.filter((one) => !passesOver(one));
    if (refused.length > 0) {
      throw new UnsupportedPropertyError(
        logicalId,
        type,
        refused.map(({ property }) => ({
          property,
          detail: 'not supported by the local cloud. Check the spelling, or remove it.',
        })),
      );
    }
    for (const { path } of unknown) removeAt(value, path);
    if (coerced.length === 0 && unknown.length === 0) {
      const invalid = result.error.issues.map((issue) => ({
        property: propertyPath(issue.path) || 'Properties',
        detail: `${issue.message}.`,
      }));
      throw new InvalidPropertyError(logicalId, type, invalid);
    }
    result = schema.safeParse(value, PLAIN_WORDS);
  }
  return result.data;
}

function unknownProperties(issues: readonly z.core.$ZodIssue[], value: unknown): UnknownProperty[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          property: propertyPath([...issue.path, key]),
          path: [...issue.path, key],
          value: parentOf(value, [...issue.path, key])?.[key],
        }))
      : [],
  );
}

function parentOf(value: unknown, path: readonly PropertyKey[]): Record<PropertyKey, unknown> | undefined {
  let parent: unknown = value;
  for (const key of path.slice(0, -1)) parent = (parent as Record<PropertyKey, unknown> | undefined)?.[key];
  return typeof parent === 'object' && parent !== null ? (parent as Record<PropertyKey, unknown>) : undefined;
}

function removeAt(value: unknown, path: readonly PropertyKey[]): void {
  const parent = parentOf(value, path);
  if (parent) Reflect.deleteProperty(parent, path.at(-1) ?? '');
}

/** Converts a value to the expected type, if that does not change it. */
function coerceAt(value: unknown, issue: z.core.$ZodIssue): boolean {
  if (issue.code !== 'invalid_type') return false;
  const parent = parentOf(value, issue.path);
  const key = issue.path.at(-1);
  if (!parent || key === undefined) return false;
  const coerced = inType(parent[key], issue.expected);
  if (coerced === undefined) return false;
  parent[key] = coerced;
  return true;
}

function inType(value: unknown, expected: string): unknown {
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return String(value);
  if (expected === 'number' && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
    return Number(value);
  if (expected === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return undefined;
}
