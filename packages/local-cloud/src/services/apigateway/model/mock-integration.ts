import type { z } from 'zod';
import { invalidProperty, type Resource, unsupportedProperty } from '@spa-on-aws/cloudformation';
import type { IntegrationProperties } from './integration';
import { readSource, type Source } from './parameter-mapping';

/** An integration that responds itself, e.g. to CORS preflights (row AG-AU-12). */
export interface MockIntegration {
  readonly type: 'mock';
  /** The status that each request template chooses, by media type; `undefined`: none, which is an error. */
  readonly chosenStatuses: ReadonlyMap<string, string | undefined>;
  /** A body of another type is rejected; otherwise it chooses the status itself. */
  readonly rejectsOtherTypes: boolean;
  readonly responses: readonly MockResponse[];
}

interface MockResponse {
  readonly status: number;
  /** Regular expression for the whole chosen status; `undefined`: for all others. */
  readonly selectionPattern: string | undefined;
  readonly headers: readonly (readonly [name: string, source: Source])[];
  readonly template: MockTemplate | undefined;
}

type MockTemplate = { readonly body: string } | { readonly echoedOrigins: readonly string[] };

type Properties = z.output<typeof IntegrationProperties>;

/** `declared`: response headers by status code. @throws UnsupportedPropertyError for templates with logic; InvalidPropertyError */
export function readMockIntegration(
  resource: Resource,
  { RequestTemplates, IntegrationResponses, PassthroughBehavior }: Properties,
  declared: ReadonlyMap<string, ReadonlySet<string>>,
): MockIntegration {
  const templates = Object.entries(RequestTemplates);
  for (const [type, template] of templates)
    rejectLogic(resource, `Integration.RequestTemplates.${type}`, template);
  return {
    type: 'mock',
    chosenStatuses: new Map(templates.map(([type, template]) => [type, statusIn(template)])),
    rejectsOtherTypes:
      PassthroughBehavior === 'NEVER' ||
      (PassthroughBehavior === 'WHEN_NO_TEMPLATES' && templates.length > 0),
    responses: IntegrationResponses.map((response, index) => {
      const place = `Integration.IntegrationResponses[${index}]`;
      const parameters = declared.get(response.StatusCode);
      if (!parameters)
        invalidProperty(resource, `${place}.StatusCode`, `${response.StatusCode} is not in MethodResponses.`);
      return {
        status: Number(response.StatusCode),
        selectionPattern: response.SelectionPattern,
        headers: Object.entries(response.ResponseParameters).map(([target, source]) =>
          readHeader(resource, `${place}.ResponseParameters.${target}`, target, source, parameters),
        ),
        template: readTemplate(resource, place, response.ResponseTemplates['application/json']),
      };
    }),
  };
}

/** Returns the `statusCode` in a text; the CDK writes the name without quotes. */
export function statusIn(text: string): string | undefined {
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
  if (name === undefined || !declared.has(target))
    invalidProperty(
      resource,
      property,
      'must be method.response.header.<name>, declared in ResponseParameters of the method’s response.',
    );
  return [name, readSource(resource, property, source)];
}

/** The template of the CDK's `defaultCorsPreflightOptions` for several origins: echoes an allowed `Origin`. */
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
  rejectLogic(resource, `${place}.ResponseTemplates.application/json`, template);
  return { body: template };
}

function rejectLogic(resource: Resource, property: string, template: string): void {
  const [logic] = /#(?:set|if|foreach|else|end)\b|\$(?:input|util)\b/.exec(template) ?? [];
  if (logic === undefined) return;
  unsupportedProperty(
    resource,
    property,
    `this template uses ${logic}; only variables are supported in templates.`,
  );
}
