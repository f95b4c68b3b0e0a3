import { z } from 'zod';
import {
  cfnInteger,
  InvalidPropertyError,
  type Resource,
  type Stack,
  UnsupportedPropertyError,
} from '@spa-on-aws/cloudformation';
import { HeaderList } from '../../http/header-list';
import type { Response } from '../../http/message';
import type { HeaderChange } from '../../trace/trace';
import type { Call } from './call';
import { DEFAULT_STATUS, type GatewayError } from './gateway-error';
import { readSource, resolveSource, type Source } from './parameter-mapping';
import { contextVariableNames, isContextVariable, render, variablesIn } from './variables';

/** How an API changes one kind of gateway response (rows AG-GR-02 and AG-GR-03). */
export interface GatewayResponseSettings {
  /** For messages, e.g. `DEFAULT_4XX`. */
  readonly responseType: string;
  readonly status: number | undefined;
  readonly headers: readonly (readonly [name: string, source: Source])[];
  /** Body template by media type; empty: AWS's own body. */
  readonly templates: readonly (readonly [mediaType: string, template: string])[];
}

/** The settings of an API by response type, `DEFAULT_4XX` and `DEFAULT_5XX` among them. */
export type GatewayResponses = ReadonlyMap<string, GatewayResponseSettings>;

const GatewayResponseProperties = z.strictObject({
  RestApiId: z.string(),
  ResponseType: z.enum([
    'DEFAULT_4XX',
    'DEFAULT_5XX',
    ...(Object.keys(DEFAULT_STATUS) as (keyof typeof DEFAULT_STATUS)[]),
  ]),
  StatusCode: cfnInteger.optional(),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
});

/**
 * Reads the gateway responses of the stack's APIs, by API id.
 *
 * @throws UnsupportedPropertyError for a variable that has no value here, and for a template with logic
 * @throws InvalidPropertyError for a parameter that is no response header
 */
export function readGatewayResponses(stack: Stack): ReadonlyMap<string, GatewayResponses> {
  const byApi = new Map<string, Map<string, GatewayResponseSettings>>();
  for (const resource of stack.ofType('AWS::ApiGateway::GatewayResponse')) {
    const properties = resource.read(GatewayResponseProperties);
    const templates = Object.entries(properties.ResponseTemplates);
    for (const [mediaType, template] of templates)
      checkTemplate(resource, `ResponseTemplates.${mediaType}`, template);
    const settings = {
      responseType: properties.ResponseType,
      status: properties.StatusCode,
      headers: Object.entries(properties.ResponseParameters).map(([target, source]) =>
        header(resource, target, source),
      ),
      templates,
    };
    const own = byApi.get(properties.RestApiId) ?? new Map<string, GatewayResponseSettings>();
    byApi.set(properties.RestApiId, own.set(properties.ResponseType, settings));
  }
  return byApi;
}

function header(resource: Resource, target: string, source: string): readonly [string, Source] {
  const property = `ResponseParameters.${target}`;
  const [, name] = /^gatewayresponse\.header\.([\w-]+)$/.exec(target) ?? [];
  if (name !== undefined) return [name, readSource(resource, property, source)];
  throw new InvalidPropertyError(resource.logicalId, resource.type, [
    { property, detail: 'must be gatewayresponse.header.<name>.' },
  ]);
}

function checkTemplate(resource: Resource, property: string, text: string): void {
  const refuse = (detail: string): never => {
    throw new UnsupportedPropertyError(resource.logicalId, resource.type, [{ property, detail }]);
  };
  const [logic] = /#(?:set|if|foreach)\b|\$(?:input|util)\b/.exec(text) ?? [];
  if (logic !== undefined)
    refuse(
      `${logic} is not evaluated in gateway responses, only variables are: AWS would answer with the text itself.`,
    );
  for (const variable of [...variablesIn(text), ...unknownVariables(text)]) {
    if (!variable.startsWith('context.') || isContextVariable(variable.slice('context.'.length))) continue;
    refuse(`$${variable} has no value here; known are ${contextVariableNames()}.`);
  }
}

/** `$context.` with anything behind it, also what no variable's name looks like. */
function unknownVariables(text: string): string[] {
  return [...text.matchAll(/\$\{?(context\.[\w.-]*\w)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !name.includes('.claims.'));
}

/** An answer to an error, and what made it so. */
export interface ErrorAnswer {
  readonly response: Response;
  /** In words, for the trace: which gateway response it is, and whether the API customises it. */
  readonly description: string;
  readonly headerChanges: readonly HeaderChange[];
}

/** The answer to an error: the API's own settings for it, else those of its class, else AWS's defaults. */
export function gatewayResponse(error: GatewayError, responses: GatewayResponses, call: Call): ErrorAnswer {
  const settings =
    error.type &&
    (responses.get(error.type) ?? responses.get(error.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX'));
  const [mediaType = 'application/json', template] =
    chooseTemplate(settings, call.request.headers.get('accept')) ?? [];
  const body = Buffer.from(
    template === undefined
      ? `{"${error.member}":${error.isRuntime ? ' ' : ''}${JSON.stringify(error.message)}}`
      : render(template, call, ''),
  );
  const headers = new HeaderList([
    ['Date', new Date().toUTCString()],
    ['Content-Type', mediaType],
    ['Content-Length', String(body.length)],
    ['x-amzn-RequestId', call.requestId],
    ['x-amzn-ErrorType', error.errorType],
    ['x-amz-apigw-id', call.extendedRequestId],
  ]);
  const headerChanges: HeaderChange[] = [];
  for (const [name, source] of settings?.headers ?? []) {
    const value = resolveSource(source, call);
    if (value === undefined) continue;
    headers.set(name, value);
    headerChanges.push({
      on: 'response',
      op: 'set',
      name,
      value,
      by: `gateway response ${settings?.responseType ?? ''}`,
    });
  }
  const by = settings ? `customised by ${settings.responseType}` : 'as AWS words it';
  return {
    response: { status: settings?.status ?? error.status, headers, body },
    description: error.type === undefined ? 'an answer that no API can customise' : `${error.type}, ${by}`,
    headerChanges,
  };
}

/** The first media type that the caller takes and the API has, else JSON, else whatever there is. */
function chooseTemplate(
  settings: GatewayResponseSettings | undefined,
  accept: string | undefined,
): readonly [string, string] | undefined {
  const templates = settings?.templates ?? [];
  const wanted = (accept ?? '').split(',').map((type) => type.split(';')[0]?.trim().toLowerCase());
  return (
    templates.find(([type]) => wanted.includes(type.toLowerCase())) ??
    templates.find(([type]) => type === 'application/json') ??
    templates[0]
  );
}
