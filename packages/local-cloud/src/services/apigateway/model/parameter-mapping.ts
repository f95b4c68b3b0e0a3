import { invalidProperty, type Resource, unsupportedProperty } from '@spa-on-aws/cloudformation';
import type { HeaderList } from '../../../http/header-list';
import type { Call } from './call';
import { readJsonPath, valueAt } from './json-path';
import { contextVariableNames, isContextVariable, valueOf } from './variables';

export type Source =
  | { readonly literal: string }
  | { readonly variable: string }
  /** A value of the body, by the steps of its JSONPath; no steps: the whole body. */
  | { readonly body: readonly string[] }
  /** A header of the integration's response: its last value, or all. */
  | { readonly responseHeader: string; readonly multiple: boolean };

/** A mapping to a part of the integration request (rows AG-PX-01, AG-AU-11). */
export interface ParameterMapping {
  readonly location: 'header' | 'path' | 'querystring';
  readonly name: string;
  readonly source: Source;
}

/** Message that a source is read from, besides the call: of a custom integration only. */
export interface Payload {
  readonly body: string;
  /** Of the integration's response. */
  readonly headers?: HeaderList;
}

const REQUEST_PARAMETER =
  /^method\.request\.(header|multivalueheader|querystring|multivaluequerystring|path)\.([\w.$-]+)$/;

/** Sides of a mapping: from the request or the response, of proxy integrations or custom ones. */
type Side = 'proxy-request' | 'request' | 'response';

/** Reads the right side of a mapping. @throws InvalidPropertyError UnsupportedPropertyError */
export function readSource(
  resource: Resource,
  property: string,
  text: string,
  side: Side = 'proxy-request',
): Source {
  const [, literal] = /^'([^']*)'$/.exec(text) ?? [];
  if (literal !== undefined) return { literal };
  if (text.startsWith('context.') && !isContextVariable(text.slice('context.'.length))) {
    unsupportedProperty(
      resource,
      property,
      `$${text} is not supported; use one of ${contextVariableNames()}.`,
    );
  }
  if (/^(context|stageVariables)\.[\w.:-]+$/.test(text)) return { variable: text };
  if (side === 'response') return readResponseSource(resource, property, text);
  if (REQUEST_PARAMETER.test(text)) return { variable: text };
  const [, path] = /^method\.request\.body(?:\.(.+))?$/.exec(text) ?? [text];
  if (text.startsWith('method.request.body') && side === 'request')
    return { body: stepsOf(resource, property, path) };
  if (text.startsWith('method.request.body'))
    unsupportedProperty(resource, property, 'mapping values of the body is not supported.');
  return invalidProperty(
    resource,
    property,
    `${text} is neither a literal in single quotes nor method.request.…, context.… or stageVariables.….`,
  );
}

function readResponseSource(resource: Resource, property: string, text: string): Source {
  const [, multi, name] = /^integration\.response\.(multivalue)?header\.([\w-]+)$/.exec(text) ?? [];
  if (name !== undefined) return { responseHeader: name, multiple: multi !== undefined };
  const [isBody, path] = /^integration\.response\.body(?:\.(.+))?$/.exec(text) ?? [];
  if (isBody !== undefined) return { body: stepsOf(resource, property, path) };
  return invalidProperty(
    resource,
    property,
    `${text} is neither a literal in single quotes nor integration.response.header.<name>, integration.response.body.…, context.… or stageVariables.….`,
  );
}

function stepsOf(resource: Resource, property: string, path: string | undefined): readonly string[] {
  if (path === undefined) return [];
  return (
    readJsonPath(`$.${path}`) ??
    unsupportedProperty(resource, property, `the JSONPath ${path} is not supported.`)
  );
}

/** Returns the value of a source; `undefined` when the request or response does not have it. */
export function resolveSource(source: Source, call: Call, payload?: Payload): string | undefined {
  if ('literal' in source) return source.literal;
  if ('variable' in source) return valueOf(call, source.variable);
  if ('body' in source) return payload && bodyValue(payload.body, source.body);
  const values = payload?.headers?.getAll(source.responseHeader) ?? [];
  return source.multiple && values.length > 0 ? values.join(',') : values.at(-1);
}

function bodyValue(body: string, steps: readonly string[]): string | undefined {
  if (steps.length === 0) return body === '' ? undefined : body;
  const value = valueAt(parsed(body), steps);
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
  side: 'proxy-request' | 'request' = 'proxy-request',
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
    const source = readSource(resource, property, text, side);
    const declaredName = text.replace('.multivalue', '.');
    if (REQUEST_PARAMETER.test(text) && !(text in declared) && !(declaredName in declared))
      invalidProperty(resource, 'RequestParameters', `${text} is mapped but not declared (row AG-PX-01).`);
    return { location: location as ParameterMapping['location'], name, source };
  });
}
