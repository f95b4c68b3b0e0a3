import { z } from 'zod';
import { invalidProperty, type Resource, type Stack, withoutEffect } from '@spa-on-aws/cloudformation';

/** Schema of a body, in JSON Schema draft 4. */
export interface RequestModel {
  /** E.g. `Pet`. */
  readonly name: string;
  /** Address by which schemas of other models refer to it. */
  readonly url: string;
  readonly schema: object;
  /** All models of the API, which the schema may refer to. */
  readonly models: readonly RequestModel[];
}

const Properties = z.strictObject({
  RestApiId: z.string(),
  ContentType: z.string(),
  Name: z
    .string()
    .regex(/^[A-Za-z0-9]+$/, 'must be alphanumeric')
    .optional(),
  Schema: z.union([z.record(z.string(), z.unknown()), z.string()]).default({}),
  ...withoutEffect('Description'),
});

/** Models that every API has. */
const DEFAULTS: Readonly<Record<string, object>> = {
  Empty: { type: 'object' },
  Error: { type: 'object', properties: { message: { type: 'string' } } },
};

/** Reads the models of each API, by its id, then by name. @throws InvalidPropertyError */
export function readModels(
  stack: Pick<Stack, 'ofType'>,
): (apiId: string) => ReadonlyMap<string, RequestModel> {
  const resources = stack.ofType('AWS::ApiGateway::Model').map((resource) => ({
    name: resource.ref,
    ...resource.read(Properties),
    schema: schemaOf(resource),
  }));
  return (apiId) => {
    const models: RequestModel[] = [];
    const own = resources
      .filter(({ RestApiId }) => RestApiId === apiId)
      .map(({ name, schema }): [string, object] => [name, schema]);
    for (const [name, schema] of [...Object.entries(DEFAULTS), ...own])
      models.push({
        name,
        url: `https://apigateway.amazonaws.com/restapis/${apiId}/models/${name}`,
        schema,
        models,
      });
    return new Map(models.map((model) => [model.name, model]));
  };
}

function schemaOf(resource: Resource): object {
  const { Schema } = resource.read(Properties);
  if (typeof Schema !== 'string') return Schema;
  try {
    const parsed: unknown = JSON.parse(Schema);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Refused below.
  }
  return invalidProperty(resource, 'Schema', 'is not a JSON object.');
}
