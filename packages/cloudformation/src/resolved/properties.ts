import { z } from 'zod';

/** A boolean property: CloudFormation also takes the strings `true` and `false`. */
export const cfnBoolean = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((value) => value === 'true'),
]);

/** An integer property: CloudFormation also takes it as a string. */
export const cfnInteger = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);

/** A string property: CloudFormation also takes numbers and booleans. */
export const cfnString = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]);

const NO_EFFECT = new WeakSet<z.core.$ZodType>();

/** Whether a schema stands for a property of {@link withoutEffect}. */
export function hasNoEffect(schema: z.core.$ZodType): boolean {
  return NO_EFFECT.has(schema);
}

/**
 * Properties that are known, and that change nothing about how a request is answered here.
 *
 * To be spread into a `z.strictObject`; any property in neither list is reported as unsupported.
 */
export function withoutEffect<const Names extends readonly string[]>(
  ...names: Names
): { [Name in Names[number]]: z.ZodOptional<z.ZodUnknown> } {
  const accepted = (): z.ZodOptional<z.ZodUnknown> => {
    const schema = z.unknown().optional();
    NO_EFFECT.add(schema);
    return schema;
  };
  return Object.fromEntries(names.map((name) => [name, accepted()])) as never;
}
