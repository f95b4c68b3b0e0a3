import { invalidProperty, type Resource, unsupportedProperty } from '@spa-on-aws/cloudformation';
import type { Call } from './call';
import { contextVariableNames, isContextVariable, valueOf } from './variables';

export type Source = { readonly literal: string } | { readonly variable: string };

/** A mapping to a part of the integration request (rows AG-PX-01, AG-AU-11). */
export interface ParameterMapping {
  readonly location: 'header' | 'path' | 'querystring';
  readonly name: string;
  readonly source: Source;
}

const REQUEST_PARAMETER =
  /^method\.request\.(header|multivalueheader|querystring|multivaluequerystring|path)\.([\w.$-]+)$/;

/** Reads the right side of a mapping. @throws InvalidPropertyError UnsupportedPropertyError */
export function readSource(resource: Resource, property: string, text: string): Source {
  const [, literal] = /^'([^']*)'$/.exec(text) ?? [];
  if (literal !== undefined) return { literal };
  if (text.startsWith('context.') && !isContextVariable(text.slice('context.'.length))) {
    unsupportedProperty(
      resource,
      property,
      `$${text} is not supported; use one of ${contextVariableNames()}.`,
    );
  }
  if (/^(context|stageVariables)\.[\w.:-]+$/.test(text) || REQUEST_PARAMETER.test(text))
    return { variable: text };
  if (text.startsWith('method.request.body'))
    unsupportedProperty(resource, property, 'mapping values of the body is not supported.');
  return invalidProperty(
    resource,
    property,
    `${text} is neither a literal in single quotes nor method.request.…, context.… or stageVariables.….`,
  );
}

/** Returns the value of a source for a call; `undefined` when the request does not have it. */
export function resolveSource(source: Source, call: Call): string | undefined {
  return 'literal' in source ? source.literal : valueOf(call, source.variable);
}

/**
 * Reads the `RequestParameters` of an integration.
 *
 * @param declared parameters of the method: a mapped one must be declared, in the same case (rows AG-PX-01, AG-HD-11)
 * @throws InvalidPropertyError UnsupportedPropertyError
 */
export function readParameterMappings(
  resource: Resource,
  mappings: Readonly<Record<string, string>>,
  declared: Readonly<Record<string, boolean>>,
): ParameterMapping[] {
  return Object.entries(mappings).map(([target, text]) => {
    const property = `Integration.RequestParameters.${target}`;
    const [, location, name] =
      /^integration\.request\.(header|path|querystring)\.([\w.$-]+)$/.exec(target) ?? [];
    if (location === undefined || name === undefined)
      return invalidProperty(
        resource,
        property,
        'must be integration.request.header, .path or .querystring with a name.',
      );
    const source = readSource(resource, property, text);
    const declaredName = text.replace('.multivalue', '.');
    if (REQUEST_PARAMETER.test(text) && !(text in declared) && !(declaredName in declared))
      invalidProperty(resource, 'RequestParameters', `${text} is mapped but not declared (row AG-PX-01).`);
    return { location: location as ParameterMapping['location'], name, source };
  });
}
