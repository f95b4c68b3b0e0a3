import { Compile } from 'velocityjs';
import { CodedError } from '@spa-on-aws/cloudformation';
import type { Call } from '../model/call';
import {
  LOOP_VARIABLE,
  type MappingTemplate,
  MAX_ITERATIONS,
  METHODS,
  readJsonPath,
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
  /** `$context.responseOverride` (row AG-MT-04). */
  readonly override: { readonly status?: unknown; readonly header: Readonly<Record<string, unknown>> };
}

/** Renders a template for a call (row AG-MT-01). @throws MappingTemplateError */
export function renderTemplate(template: MappingTemplate, call: Call, body: string): Rendering {
  const override: Rendering['override'] = { header: {} };
  let iterations = 0;
  const count = (): string => {
    iterations += 1;
    if (iterations > MAX_ITERATIONS)
      throw new MappingTemplateError(`more than ${MAX_ITERATIONS} iterations of #foreach`);
    return '';
  };
  const variables = {
    input: inputOf(call, body),
    context: { ...contextValues(call), responseOverride: override },
    util: UTIL,
    stageVariables: Object.fromEntries(call.stage?.variables ?? []),
    [LOOP_VARIABLE]: { count },
  };
  try {
    const text = new Compile(template, CONFIG).render(variables, undefined, true);
    return { text: bounded(text), override };
  } catch (error) {
    if (error instanceof MappingTemplateError) throw error;
    throw new MappingTemplateError((error as Error).message);
  }
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

const METHOD_CODE: Readonly<
  Record<(typeof METHODS)[number], (on: object, ...args: readonly unknown[]) => unknown>
> = {
  get: (on, key) => (Object.hasOwn(on, String(key)) ? (on as Values)[String(key)] : ''),
  keySet: (on) => Object.keys(on),
  entrySet: (on) => Object.entries(on).map(([key, value]: [string, unknown]) => ({ key, value })),
  size: (on) => Object.keys(on).length,
  isEmpty: (on) => Object.keys(on).length === 0,
  containsKey: (on, key) => Object.hasOwn(on, String(key)),
  put: (on, key, value) => {
    Object.defineProperty(on, String(key), { value, enumerable: true, writable: true, configurable: true });
    return '';
  },
  add: (on, value) => Array.isArray(on) && on.push(value) > 0,
};

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
    const method = METHODS.find((name) => name === property);
    if (method) return METHOD_CODE[method](context, ...params);
  }
  if (context === '') return '';
  throw new MappingTemplateError(`${property}() of a ${typeof context}`);
}

function inputOf(call: Call, body: string): Values {
  const path = (text: unknown): unknown => {
    const steps = readJsonPath(String(text));
    if (!steps) throw new MappingTemplateError(`the JSONPath ${String(text)} is not supported`);
    let value = parseJson(body === '' ? '{}' : body);
    for (const step of steps)
      value =
        typeof value === 'object' && value !== null && Object.hasOwn(value, step)
          ? (value as Values)[step]
          : undefined;
    return value ?? '';
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
