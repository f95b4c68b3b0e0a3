import { z } from 'zod';

/** Boolean property; CloudFormation also accepts the strings `true` and `false`. */
export const cfnBoolean = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((value) => value === 'true'),
]);

/** Integer property; CloudFormation also accepts a string. */
export const cfnInteger = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);

/** String property; CloudFormation also accepts numbers and booleans. */
export const cfnString = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]);

const NO_EFFECT = new WeakSet<z.core.$ZodType>();

/** True for a schema from {@link withoutEffect}. */
export function hasNoEffect(schema: z.core.$ZodType): boolean {
  return NO_EFFECT.has(schema);
}

/**
 * Makes schemas of known properties that do not change how requests are handled.
 *
 * Spread them into a `z.strictObject`, which reports all other properties as unsupported.
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
