import type { z } from 'zod';
import { InvalidPropertyError, type Resource, UnsupportedPropertyError } from '@spa-on-aws/cloudformation';
import { HeaderList } from '../../http/header-list';
import type { Response } from '../../http/message';
import type { Call } from './call';
import type { IntegrationProperties } from './integration';
import { GATEWAY_ERRORS, Refusal } from './gateway-error';
import { readSource, resolveSource, type Source } from './parameter-mapping';
import { render } from './variables';

/** An integration that answers by itself, as for CORS preflights (row AG-AU-12). */
export interface MockIntegration {
  readonly type: 'mock';
  /** By media type of the request's body the status that its template chooses; `undefined`: none, which is an error. */
  readonly chosenStatuses: ReadonlyMap<string, string | undefined>;
  /** What becomes of a body of another type: it chooses the status itself, or is refused. */
  readonly refusesOtherTypes: boolean;
  readonly responses: readonly MockResponse[];
}

interface MockResponse {
  readonly status: number;
  /** Matched against the chosen status; `undefined`: for every other. */
  readonly pattern: RegExp | undefined;
  readonly headers: readonly (readonly [name: string, source: Source])[];
  readonly template: MockTemplate | undefined;
}

type MockTemplate = { readonly body: string } | { readonly echoedOrigins: readonly string[] };

type Properties = z.output<typeof IntegrationProperties>;

/**
 * @param declared response headers of the method by status code
 * @throws UnsupportedPropertyError for templates with logic, but the one the CDK writes for several CORS origins
 * @throws InvalidPropertyError for a response that the method does not declare
 */
export function readMockIntegration(
  resource: Resource,
  { RequestTemplates, IntegrationResponses, PassthroughBehavior }: Properties,
  declared: ReadonlyMap<string, ReadonlySet<string>>,
): MockIntegration {
  const templates = Object.entries(RequestTemplates);
  for (const [type, template] of templates)
    refuseLogic(resource, `Integration.RequestTemplates.${type}`, template);
  return {
    type: 'mock',
    chosenStatuses: new Map(templates.map(([type, template]) => [type, statusIn(template)])),
    refusesOtherTypes:
      PassthroughBehavior === 'NEVER' ||
      (PassthroughBehavior === 'WHEN_NO_TEMPLATES' && templates.length > 0),
    responses: IntegrationResponses.map((response, index) => {
      const place = `Integration.IntegrationResponses[${index}]`;
      const parameters = declared.get(response.StatusCode);
      if (!parameters) {
        throw new InvalidPropertyError(resource.logicalId, resource.type, [
          { property: `${place}.StatusCode`, detail: `${response.StatusCode} is not in MethodResponses.` },
        ]);
      }
      return {
        status: Number(response.StatusCode),
        pattern:
          response.SelectionPattern === undefined
            ? undefined
            : new RegExp(`^(?:${response.SelectionPattern})$`),
        headers: Object.entries(response.ResponseParameters).map(([target, source]) =>
          readHeader(resource, `${place}.ResponseParameters.${target}`, target, source, parameters),
        ),
        template: readTemplate(resource, place, response.ResponseTemplates['application/json']),
      };
    }),
  };
}

/** The CDK writes the name without quotes. */
function statusIn(text: string): string | undefined {
  return /["']?statusCode["']?\s*:\s*["']?(\d{3})\b/.exec(text)?.[1];
}

function readHeader(
  resource: Resource,
  property: string,
  target: string,
  source: string,
  declared: ReadonlySet<string>,
): readonly [string, Source] {
  const [, name] = /^method\.response\.header\.([\w-]+)$/.exec(target) ?? [];
  if (name === undefined || !declared.has(target)) {
    throw new InvalidPropertyError(resource.logicalId, resource.type, [
      {
        property,
        detail:
          'must be method.response.header.<name>, declared in ResponseParameters of the method’s response.',
      },
    ]);
  }
  return [name, readSource(resource, property, source)];
}

/** What `defaultCorsPreflightOptions` of the CDK writes when there are several origins: the asking one is echoed. */
const ECHOED_ORIGIN =
  /^#set\(\$origin = \$input\.params\(\)\.header\.get\("Origin"\)\)\s+#if\(\$origin == ""\)\s+#set\(\$origin = \$input\.params\(\)\.header\.get\("origin"\)\)\s+#end\s+#if\(((?:\$origin == "[^"]*"(?: \|\| )?)+)\)\s+#set\(\$context\.responseOverride\.header\.Access-Control-Allow-Origin = \$origin\)\s+#end\s*$/;

function readTemplate(
  resource: Resource,
  place: string,
  template: string | undefined,
): MockTemplate | undefined {
  if (template === undefined) return undefined;
  const [, condition] = ECHOED_ORIGIN.exec(template) ?? [];
  if (condition !== undefined)
    return { echoedOrigins: [...condition.matchAll(/"([^"]*)"/g)].map(([, origin = '']) => origin) };
  refuseLogic(resource, `${place}.ResponseTemplates.application/json`, template);
  return { body: template };
}

function refuseLogic(resource: Resource, property: string, template: string): void {
  const [logic] = /#(?:set|if|foreach|else|end)\b|\$(?:input|util)\b/.exec(template) ?? [];
  if (logic === undefined) return;
  throw new UnsupportedPropertyError(resource.logicalId, resource.type, [
    {
      property,
      detail: `templates are not evaluated here, only their variables filled in, and this one uses ${logic}.`,
    },
  ]);
}

/**
 * The answer to a call.
 *
 * @throws Refusal when there is none for it
 */
export function answerFromMock(
  { chosenStatuses, refusesOtherTypes, responses }: MockIntegration,
  call: Call,
  body: Buffer | undefined,
): Response {
  const type = call.request.headers.get('content-type')?.split(';')[0]?.trim() ?? 'application/json';
  if (refusesOtherTypes && !chosenStatuses.has(type))
    throw new Refusal(
      GATEWAY_ERRORS.unsupportedMediaType,
      'Integration',
      `the mock has no template for ${type}`,
    );
  const chosen = chosenStatuses.has(type) ? chosenStatuses.get(type) : statusIn(body?.toString() ?? '');
  const response =
    chosen === undefined
      ? undefined
      : (responses.find(({ pattern }) => pattern?.test(chosen)) ??
        responses.find(({ pattern }) => pattern === undefined));
  if (!response) {
    const note = `the mock has no response for the status ${chosen ?? 'that nothing chose'}`;
    throw new Refusal(GATEWAY_ERRORS.internal, 'Integration', note);
  }
  const headers = new HeaderList();
  for (const [name, source] of response.headers) {
    const value = resolveSource(source, call);
    if (value !== undefined) headers.set(name, value);
  }
  const { template } = response;
  if (template && 'echoedOrigins' in template) {
    const origin = call.request.headers.get('origin');
    if (origin !== undefined && template.echoedOrigins.includes(origin))
      headers.set('Access-Control-Allow-Origin', origin);
  }
  const text = Buffer.from(template && 'body' in template ? render(template.body, call, '') : '');
  if (response.status !== 204)
    headers.set('Content-Type', 'application/json').set('Content-Length', String(text.length));
  return { status: response.status, headers, body: response.status === 204 ? undefined : text };
}
