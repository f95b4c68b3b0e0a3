import {
  cfnString,
  InvalidPropertyError,
  type ResourceIdentity,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import { z } from 'zod';
import { defineService } from '../../run/service';

const TYPE = 'AWS::SSM::Parameter';

const ParameterProperties = z.strictObject({
  Type: z.enum(['String', 'StringList']),
  Value: cfnString,
  AllowedPattern: z.string().optional(),
  ...withoutEffect('DataType', 'Description', 'Name', 'Policies', 'Tags', 'Tier'),
});

/** A parameter of Systems Manager Parameter Store. */
export interface Parameter {
  readonly name: string;
  readonly arn: string;
  readonly value: string;
}

const nameOf = (parameter: ResourceIdentity): string =>
  String(parameter.property('Name') ?? `CFN-${parameter.logicalId}-${parameter.id(12)}`);

/** Systems Manager Parameter Store: values for `{{resolve:ssm:name}}` and for the `Secrets` of containers. */
export const ssm = defineService({
  resourceTypes: {
    [TYPE]: {
      ref: nameOf,
      attributes: {
        Type: (parameter) => parameter.property('Type'),
        Value: (parameter) => parameter.property('Value'),
      },
    },
  },
  resolveReference: (reference, stack) => {
    const [, name] = /^ssm:([^:]+)(?::\d+)?$/.exec(reference) ?? [];
    const parameter = stack.byRef(TYPE, name);
    return parameter && String(parameter.attribute('Value'));
  },
  readModel: (stack) =>
    stack.ofType(TYPE).map((resource): Parameter => {
      const { Value: value, AllowedPattern: pattern } = resource.read(ParameterProperties);
      if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) {
        throw new InvalidPropertyError(resource.logicalId, TYPE, [
          { property: 'Value', detail: `does not match AllowedPattern ${pattern}.` },
        ]);
      }
      const { region, accountId } = stack;
      const arn = `arn:aws:ssm:${region}:${accountId}:parameter/${resource.ref.replace(/^\//, '')}`;
      return { name: resource.ref, arn, value };
    }),
  provides: (parameters) =>
    parameters.flatMap(({ name, arn }) => [
      { kind: 'parameter' as const, id: name },
      { kind: 'parameter' as const, id: arn },
    ]),
  start: async (parameters, { network }) => {
    for (const { name, arn, value } of parameters) network.parameters.set(name, value).set(arn, value);
    return { running: undefined };
  },
});
