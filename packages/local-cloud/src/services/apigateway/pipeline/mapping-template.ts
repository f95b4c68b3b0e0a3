import { Compile } from 'velocityjs';
import { CodedError, TemplatePattern } from '@spa-on-aws/cloudformation';
import type { Call } from '../model/call';
import { evaluateJsonPath, JsonPathLimitError, MAX_VISITS, parseJsonPath } from '../model/json-path-query';
import {
  COLLECTION_METHODS,
  LOOP_VARIABLE,
  type MappingTemplate,
  MAX_ITERATIONS,
  STRING_METHODS,
} from '../model/mapping-template';
import { contextValues, valueOf } from '../model/variables';

/** Row AG-LIM-03. */
const MAX_LENGTH = 10 * 1024 * 1024;

/** Rendering reached a limit, or a value is not what the template expects. */
export class MappingTemplateError extends CodedError {
  constructor(message: string) {
    super('ERR_MAPPING_TEMPLATE', message);
  }
}

interface Rendering {
  readonly text: string;
  /** `$context.responseOverride` of a response (row AG-MT-04). */
  readonly response: { readonly status?: unknown; readonly header: Overrides };
  /** `$context.requestOverride` of a request (row AG-MT-04). */
  readonly request: Readonly<Record<'header' | 'path' | 'querystring', Overrides>>;
}

type Overrides = Readonly<Record<string, unknown>>;

/** Renders a template for a call (row AG-MT-01). @throws MappingTemplateError */
export function renderTemplate(template: MappingTemplate, call: Call, body: string): Rendering {
  const response: Rendering['response'] = settableOnce({ header: settableOnce({}) });
  const request: Rendering['request'] = {
    header: settableOnce({}),
    path: settableOnce({}),
    querystring: settableOnce({}),
  };
  let iterations = 0;
  const count = (): string => {
    iterations += 1;
    if (iterations > MAX_ITERATIONS)
      throw new MappingTemplateError(`more than ${MAX_ITERATIONS} iterations of #foreach`);
    return '';
  };
  const variables = {
    input: inputOf(call, body),
    context: { ...contextValues(call), responseOverride: response, requestOverride: request },
    util: UTIL,
    stageVariables: Object.fromEntries(call.stage?.variables ?? []),
    [LOOP_VARIABLE]: { count },
  };
  try {
    const text = new TemplateRenderer(template, CONFIG).render(variables, undefined, true);
    return { text: bounded(text), response, request };
  } catch (error) {
    if (error instanceof MappingTemplateError) throw error;
    throw new MappingTemplateError((error as Error).message);
  }
}

/** Returns an object whose properties can be set once: a second override is an error (row AG-MT-04). */
function settableOnce<Values extends object>(values: Values): Values {
  return new Proxy(values, {
    set: (target, name, value) => {
      if (Object.hasOwn(target, name))
        throw new MappingTemplateError(`${String(name)} is overridden more than once`);
      return Reflect.set(target, name, value);
    },
  });
}

/** Prints lists as JSON, and objects as Java prints maps, e.g. `{a=1, b=[1,2]}` (row AG-MT-02). */
class TemplateRenderer extends Compile {
  override getReferences(...args: Parameters<Compile['getReferences']>): string {
    const value: unknown = super.getReferences(...args);
    const isPrinted = 'prue' in args[0] && args[0].prue === true;
    return (isPrinted ? printed(value) : value) as string;
  }
}

function printed(value: unknown): unknown {
  if (Array.isArray(value)) return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return value;
  return `{${Object.entries(value)
    .map(([name, item]) => `${name}=${String(printed(item))}`)
    .join(', ')}}`;
}

function bounded<Value>(value: Value): Value {
  if (typeof value === 'string' && value.length > MAX_LENGTH)
    throw new MappingTemplateError(`a text of more than ${MAX_LENGTH} characters`);
  return value;
}

const CONFIG: ConstructorParameters<typeof Compile>[1] = {
  valueMapper: bounded,
  customMethodHandlers: [{ uid: 'apigateway', match: () => true, resolve: callMethod }],
};

type Values = Record<string, unknown>;

const OF_COLLECTIONS: Readonly<
  Record<(typeof COLLECTION_METHODS)[number], (on: object, ...args: readonly unknown[]) => unknown>
> = {
  get: (on, key) => (Object.hasOwn(on, String(key)) ? (on as Values)[String(key)] : ''),
  keySet: (on) => Object.keys(on),
  values: (on) => Object.values(on),
  entrySet: (on) => Object.entries(on).map(([key, value]: [string, unknown]) => ({ key, value })),
  size: (on) => Object.keys(on).length,
  isEmpty: (on) => Object.keys(on).length === 0,
  contains: (on, value) => Object.values(on).includes(value),
  containsKey: (on, key) => Object.hasOwn(on, String(key)),
  put: (on, key, value) => {
    Object.defineProperty(on, String(key), { value, enumerable: true, writable: true, configurable: true });
    return '';
  },
  add: (on, value) => Array.isArray(on) && on.push(value) > 0,
};

const OF_STRINGS: Readonly<
  Record<(typeof STRING_METHODS)[number], (on: string, ...args: readonly unknown[]) => unknown>
> = {
  contains: (on, part) => on.includes(String(part)),
  endsWith: (on, part) => on.endsWith(String(part)),
  equals: (on, other) => on === other,
  equalsIgnoreCase: (on, other) => on.toLowerCase() === String(other).toLowerCase(),
  indexOf: (on, part) => on.indexOf(String(part)),
  isEmpty: (on) => on === '',
  length: (on) => on.length,
  matches: (on, pattern) => {
    const matches = new TemplatePattern(`^(?:${String(pattern)})$`).test(on);
    return matches === 'too slow' ? tooSlow(pattern) : matches;
  },
  replace: (on, part, by) => on.replaceAll(String(part), () => String(by)),
  replaceAll: (on, pattern, by) =>
    new TemplatePattern(String(pattern)).replaceAll(on, String(by)) ?? tooSlow(pattern),
  startsWith: (on, part) => on.startsWith(String(part)),
  substring: (on, start, end) => on.substring(Number(start), end === undefined ? undefined : Number(end)),
  toLowerCase: (on) => on.toLowerCase(),
  toString: (on) => on,
  toUpperCase: (on) => on.toUpperCase(),
  trim: (on) => on.trim(),
};

function tooSlow(pattern: unknown): never {
  throw new MappingTemplateError(`the regular expression ${String(pattern)} takes too long`);
}

function callMethod({
  property,
  context,
  params,
}: {
  property: string;
  context: unknown;
  params: readonly unknown[];
}): unknown {
  if (typeof context === 'object' && context !== null) {
    const own: unknown = Object.hasOwn(context, property) ? (context as Values)[property] : undefined;
    if (typeof own === 'function') return (own as (...args: readonly unknown[]) => unknown)(...params);
    const method = COLLECTION_METHODS.find((name) => name === property);
    if (method) return OF_COLLECTIONS[method](context, ...params);
  }
  const method = STRING_METHODS.find((name) => name === property);
  if (method && typeof context !== 'object') return OF_STRINGS[method](String(context), ...params);
  if (context === '') return '';
  throw new MappingTemplateError(`${property}() of a ${typeof context}`);
}

/** Without a body, the body is `{}`. */
function inputOf(call: Call, sent: string): Values {
  const body = sent === '' ? '{}' : sent;
  const path = (text: unknown): unknown => {
    const query = parseJsonPath(String(text));
    if (!query) throw new MappingTemplateError(`the JSONPath ${String(text)} is not supported`);
    const value = parseJson(body);
    try {
      return evaluateJsonPath(query, value) ?? '';
    } catch (error) {
      if (!(error instanceof JsonPathLimitError)) throw error;
      throw new MappingTemplateError(`the JSONPath ${String(text)} visits more than ${MAX_VISITS} values`);
    }
  };
  return {
    body,
    path,
    json: (text: unknown) => JSON.stringify(path(text)),
    params: (name?: unknown) => (name === undefined ? allParameters(call) : parameter(call, String(name))),
  };
}

/** Looks a parameter up in the path, the query and the headers, in this order (row AG-MT-02). */
function parameter(call: Call, name: string): string {
  const [value = ''] = ['path', 'querystring', 'header']
    .map((location) => valueOf(call, `method.request.${location}.${name}`))
    .filter((found) => found !== undefined);
  return value;
}

function allParameters(call: Call): Values {
  const { request, query, route } = call;
  const names = [...(route?.parameters.keys() ?? [])];
  return {
    path: Object.fromEntries(names.map((name) => [name, valueOf(call, `method.request.path.${name}`)])),
    querystring: Object.fromEntries([...query].map(([name, values]) => [name, values.at(-1)])),
    header: Object.fromEntries(request.headers),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MappingTemplateError('the text is not JSON');
  }
}

/** Row AG-MT-03. */
const UTIL: Readonly<Record<string, (text: unknown) => unknown>> = {
  escapeJavaScript: (text) =>
    JSON.stringify(String(text))
      .slice(1, -1)
      .replaceAll("'", String.raw`\'`)
      .replace(/[^\0-~]/g, (char) => String.raw`\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  parseJson: (text) => parseJson(String(text)),
  urlEncode: (text) => new URLSearchParams([['', String(text)]]).toString().slice(1),
  urlDecode: (text) => decodeURIComponent(String(text).replaceAll('+', ' ')),
  base64Encode: (text) => Buffer.from(String(text)).toString('base64'),
  base64Decode: (text) => Buffer.from(String(text), 'base64').toString(),
};
