import { z } from 'zod';
import { isRecord } from '../document/value';
import { hasNoEffect } from './properties';
import { propertyPath } from './reading';

/** How a service handles a property. */
export type Treatment = 'interpreted' | 'without effect' | 'not supported';

/** Property of a template, and how a service handles it. */
export interface CoveredProperty {
  /** E.g. `DistributionConfig.Origins[0].DomainName`. */
  readonly property: string;
  readonly treatment: Treatment;
  readonly value: unknown;
}

/**
 * Returns how a service's schema handles each property. It is the schema with which the service reads them.
 *
 * @param value the resolved properties
 */
export function coverageOf(schema: z.ZodType, value: unknown): CoveredProperty[] {
  const covered: CoveredProperty[] = [];
  collect(schema, value, [], covered);
  return covered;
}

function collect(
  schema: z.core.$ZodType,
  value: unknown,
  path: PropertyKey[],
  covered: CoveredProperty[],
): void {
  const add = (treatment: Treatment, at = path, its: unknown = value): void => {
    if (at.length > 0) covered.push({ property: propertyPath(at), treatment, value: its });
  };
  if (hasNoEffect(schema)) return add('without effect');
  const inner = unwrap(schema, value);
  if (inner instanceof z.ZodObject && isRecord(value)) {
    const shape = inner.shape as Record<string, z.core.$ZodType>;
    if (Object.keys(value).length === 0) return add('interpreted');
    for (const [name, item] of Object.entries(value)) {
      const known = Object.hasOwn(shape, name) ? shape[name] : inner.def.catchall;
      if (known === undefined || known instanceof z.ZodNever) add('not supported', [...path, name], item);
      else collect(known, item, [...path, name], covered);
    }
    return;
  }
  if (inner instanceof z.ZodArray && Array.isArray(value) && value.some(isRecord)) {
    for (const [index, item] of value.entries()) {
      collect(inner.element, item, [...path, index], covered);
    }
    return;
  }
  add('interpreted');
}

/** Returns the schema of the value itself, inside of defaults, optional schemas and transformations. */
function unwrap(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return unwrap(schema.def.innerType, value);
  }
  if (schema instanceof z.ZodPipe) {
    const { in: before, out } = schema.def;
    return unwrap(before instanceof z.ZodTransform ? out : before, value);
  }
  if (schema instanceof z.ZodUnion) {
    const { options } = schema.def;
    const chosen = options.find((option) => z.safeParse(option, value).success) ?? options[0];
    return chosen ? unwrap(chosen, value) : schema;
  }
  return schema;
}
