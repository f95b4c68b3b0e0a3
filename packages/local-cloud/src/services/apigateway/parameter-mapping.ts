import { InvalidPropertyError, type Resource, UnsupportedPropertyError } from '@spa-on-aws/cloudformation';
import type { Call } from './call';
import { contextVariableNames, isContextVariable, valueOf } from './variables';

/** Where a mapped value comes from: a literal, or a variable such as `method.request.header.Origin`. */
export type Source = { readonly literal: string } | { readonly variable: string };

/** Part of a request to an integration that is filled from elsewhere (rows AG-PX-01, AG-AU-11). */
export interface ParameterMapping {
  readonly location: 'header' | 'path' | 'querystring';
  readonly name: string;
  readonly source: Source;
}

const REQUEST_PARAMETER =
  /^method\.request\.(header|multivalueheader|querystring|multivaluequerystring|path)\.([\w.$-]+)$/;

/**
 * Reads what stands on the right of a mapping.
 *
 * @param property for messages
 * @throws InvalidPropertyError UnsupportedPropertyError
 */
export function readSource(resource: Resource, property: string, text: string): Source {
  const [, literal] = /^'([^']*)'$/.exec(text) ?? [];
  if (literal !== undefined) return { literal };
  if (text.startsWith('context.') && !isContextVariable(text.slice('context.'.length))) {
    throw new UnsupportedPropertyError(resource.logicalId, resource.type, [
      { property, detail: `$${text} has no value here; known are ${contextVariableNames()}.` },
    ]);
  }
  if (/^(context|stageVariables)\.[\w.:-]+$/.test(text) || REQUEST_PARAMETER.test(text))
    return { variable: text };
  const isBody = text.startsWith('method.request.body');
  const ErrorType = isBody ? UnsupportedPropertyError : InvalidPropertyError;
  throw new ErrorType(resource.logicalId, resource.type, [
    {
      property,
      detail: isBody
        ? 'values from the body cannot be mapped here.'
        : `${text} is neither a literal in single quotes nor method.request.…, context.… or stageVariables.….`,
    },
  ]);
}

/** Value of a source for a call; `undefined` when the request does not have it. */
export function resolveSource(source: Source, call: Call): string | undefined {
  return 'literal' in source ? source.literal : valueOf(call, source.variable);
}

/**
 * Reads the `RequestParameters` of an integration.
 *
 * @param declared those of the method: what is mapped must be declared, in the same case (rows AG-PX-01, AG-HD-11)
 * @throws InvalidPropertyError UnsupportedPropertyError
 */
export function readParameterMappings(
  resource: Resource,
  mappings: Readonly<Record<string, string>>,
  declared: Readonly<Record<string, boolean>>,
): ParameterMapping[] {
  return Object.entries(mappings).map(([target, text]) => {
    const property = `Integration.RequestParameters.${target}`;
    const invalid = (where: string, detail: string): never => {
      throw new InvalidPropertyError(resource.logicalId, resource.type, [{ property: where, detail }]);
    };
    const [, location, name] =
      /^integration\.request\.(header|path|querystring)\.([\w.$-]+)$/.exec(target) ?? [];
    if (location === undefined || name === undefined)
      return invalid(property, 'must be integration.request.header, .path or .querystring with a name.');
    const source = readSource(resource, property, text);
    const needed = text.replace('.multivalue', '.');
    if (REQUEST_PARAMETER.test(text) && !(text in declared) && !(needed in declared))
      invalid('RequestParameters', `${text} is mapped but not declared (row AG-PX-01).`);
    return { location: location as ParameterMapping['location'], name, source };
  });
}
