import { hasNoEffect } from '@spa-on-aws/cloudformation';
import { z } from 'zod';
import path from 'node:path';
import { ALL_SERVICES, readTopology } from '../../src/run/services';
import { loadStacks } from '../../src/run/sources';
import { resolveStacks } from '../../src/run/stacks';
import { optionsOf } from '../running';
import { stackOf } from '../stacks';

/** Resources of these types have a schema for each of the properties. */
const VARIANTS: Readonly<Record<string, readonly object[]>> = {
  'AWS::ApiGateway::Authorizer': [{ Type: 'COGNITO_USER_POOLS' }, { Type: 'TOKEN' }],
};

/** Thrown by a resource when its schema is recorded. */
class Recorded extends Error {}

/** Returns the schemas with which the services read each resource type. */
export async function schemasByType(): Promise<ReadonlyMap<string, readonly z.ZodType[]>> {
  const schemas = await schemasInTemplate();
  const ofType = (type: string) => {
    const known = schemas.get(type) ?? [];
    const properties = (VARIANTS[type] ?? [{}])[known.length];
    if (!properties) return [];
    const read = (schema: z.ZodType): never => {
      schemas.set(type, [...known, schema]);
      throw new Recorded();
    };
    return [
      { logicalId: 'X', type, ref: 'x', properties, attribute: () => 'x', property: () => undefined, read },
    ];
  };
  const stack = Object.assign(stackOf({}), { ofType } as never);
  for (const [, service] of ALL_SERVICES) {
    while (recordsMore(() => service.readModel(stack, [{ files: new Map(), images: new Map() }] as never)));
  }
  return schemas;
}

/** Records what is read for another resource only. */
async function schemasInTemplate(): Promise<Map<string, z.ZodType[]>> {
  const schemas = new Map<string, z.ZodType[]>();
  const options = optionsOf('--template', path.join(import.meta.dirname, 'more.yaml'));
  const stacks = await loadStacks(options);
  const { stack } = resolveStacks(stacks, options, {
    onRead: ({ resource: { type }, schema }) => schemas.set(type, [schema]),
  });
  readTopology(stack, stacks);
  return schemas;
}

function recordsMore(read: () => unknown): boolean {
  try {
    read();
    return false;
  } catch (error) {
    if (error instanceof Recorded) return true;
    throw error;
  }
}

/** Properties of a schema by how they are handled, e.g. `Scheme (internal, internet-facing)`. */
export interface Coverage {
  readonly runs: readonly string[];
  readonly withoutEffect: readonly string[];
}

/** Lists the properties of a schema, nested ones as `Outer.Inner`. */
export function coverageOf(schema: z.core.$ZodType): Coverage {
  const runs: string[] = [];
  const withoutEffect: string[] = [];
  const visit = (current: z.core.$ZodType, path: string): void => {
    if (hasNoEffect(current)) return void withoutEffect.push(path);
    const shapes = objectsIn(current);
    if (shapes.length === 0) return void runs.push(`${path}${valuesOf(current)}`);
    for (const shape of shapes)
      for (const [name, inner] of Object.entries(shape)) visit(inner, path === '' ? name : `${path}.${name}`);
  };
  visit(schema, '');
  return { runs: [...new Set(runs)], withoutEffect: [...new Set(withoutEffect)] };
}

/** Finds the object schemas inside of defaults, lists, unions and transformations. */
function objectsIn(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>>[] {
  if (schema instanceof z.ZodObject) return [schema.shape as Readonly<Record<string, z.core.$ZodType>>];
  return innerOf(schema).flatMap(objectsIn);
}

function innerOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodUnion) return schema.options;
  if (schema instanceof z.ZodPipe) return schema.in instanceof z.ZodTransform ? [schema.out] : [schema.in];
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  )
    return [schema.def.innerType];
  return [];
}

/** ` (a, b)` for a schema of fixed values. */
function valuesOf(schema: z.core.$ZodType): string {
  const values = fixedValues(schema).map(String);
  const isBoolean = values.length === 2 && values.includes('true') && values.includes('false');
  return values.length === 0 || isBoolean ? '' : ` (${values.join(', ')})`;
}

function fixedValues(schema: z.core.$ZodType): readonly unknown[] {
  if (schema instanceof z.ZodEnum) return schema.options;
  if (schema instanceof z.ZodLiteral) return [...schema.values];
  const inner = innerOf(schema).map(fixedValues);
  return inner.length === 1 ? (inner[0] ?? []) : [];
}
