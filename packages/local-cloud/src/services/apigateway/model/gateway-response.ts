import { z } from 'zod';
import {
  cfnInteger,
  invalidProperty,
  type Resource,
  type Stack,
  unsupportedProperty,
} from '@spa-on-aws/cloudformation';
import { DEFAULT_STATUS } from './gateway-error';
import { readSource, type Source } from './parameter-mapping';
import { contextVariableNames, isContextVariable, variablesIn } from './variables';

/** An API's settings for one type of gateway response (rows AG-GR-02 and AG-GR-03). */
export interface GatewayResponseSettings {
  readonly responseType: string;
  readonly status: number | undefined;
  readonly headers: readonly (readonly [name: string, source: Source])[];
  /** Body template by media type; empty: AWS's default body. */
  readonly templates: readonly (readonly [mediaType: string, template: string])[];
}

/** Settings of an API by response type, including `DEFAULT_4XX` and `DEFAULT_5XX`. */
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

/** Reads gateway responses by API id. @throws UnsupportedPropertyError for a template with logic; InvalidPropertyError */
export function readGatewayResponses(stack: Pick<Stack, 'ofType'>): ReadonlyMap<string, GatewayResponses> {
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
  invalidProperty(resource, property, 'must be gatewayresponse.header.<name>.');
}

function checkTemplate(resource: Resource, property: string, text: string): void {
  const unsupported = (detail: string): never => unsupportedProperty(resource, property, detail);
  const [logic] = /#(?:set|if|foreach)\b|\$(?:input|util)\b/.exec(text) ?? [];
  if (logic !== undefined)
    unsupported(
      `${logic} is not evaluated in gateway responses, only variables are: AWS would send the text itself.`,
    );
  for (const variable of [...variablesIn(text), ...unknownVariables(text)]) {
    if (!variable.startsWith('context.') || isContextVariable(variable.slice('context.'.length))) continue;
    unsupported(`$${variable} is not supported; use one of ${contextVariableNames()}.`);
  }
}

/** Finds `$context.` with anything after it, even an invalid variable name. */
function unknownVariables(text: string): string[] {
  return [...text.matchAll(/\$\{?(context\.[\w.-]*\w)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !name.includes('.claims.'));
}
