import type { z } from 'zod';
import { invalidProperty, type Resource } from '@spa-on-aws/cloudformation';
import type { IntegrationProperties } from './integration';
import { type MappingTemplate, readMappingTemplate } from './mapping-template';
import { readSource, type Source } from './parameter-mapping';

/** An integration that responds itself, e.g. to CORS preflights (row AG-AU-12). */
export interface MockIntegration {
  readonly type: 'mock';
  /** By media type. Each chooses a status; one that does not is an error. */
  readonly requestTemplates: ReadonlyMap<string, MappingTemplate>;
  /** A body of another type is rejected; otherwise it chooses the status itself. */
  readonly rejectsOtherTypes: boolean;
  readonly responses: readonly MockResponse[];
}

interface MockResponse {
  readonly status: number;
  /** Regular expression for the whole chosen status; `undefined`: for all others. */
  readonly selectionPattern: string | undefined;
  readonly headers: readonly (readonly [name: string, source: Source])[];
  readonly template: MappingTemplate | undefined;
}

type Properties = z.output<typeof IntegrationProperties>;

/** `declared`: response headers by status code. @throws UnsupportedPropertyError InvalidPropertyError */
export function readMockIntegration(
  resource: Resource,
  { RequestTemplates, IntegrationResponses, PassthroughBehavior }: Properties,
  declared: ReadonlyMap<string, ReadonlySet<string>>,
): MockIntegration {
  const templates = Object.entries(RequestTemplates);
  return {
    type: 'mock',
    requestTemplates: new Map(
      templates.map(([type, template]) => [
        type,
        readMappingTemplate(resource, `Integration.RequestTemplates.${type}`, template, true),
      ]),
    ),
    rejectsOtherTypes:
      PassthroughBehavior === 'NEVER' ||
      (PassthroughBehavior === 'WHEN_NO_TEMPLATES' && templates.length > 0),
    responses: IntegrationResponses.map((response, index) => {
      const place = `Integration.IntegrationResponses[${index}]`;
      const template = response.ResponseTemplates['application/json'];
      const parameters = declared.get(response.StatusCode);
      if (!parameters)
        invalidProperty(resource, `${place}.StatusCode`, `${response.StatusCode} is not in MethodResponses.`);
      return {
        status: Number(response.StatusCode),
        selectionPattern: response.SelectionPattern,
        headers: Object.entries(response.ResponseParameters).map(([target, source]) =>
          readHeader(resource, `${place}.ResponseParameters.${target}`, target, source, parameters),
        ),
        template:
          template === undefined
            ? undefined
            : readMappingTemplate(resource, `${place}.ResponseTemplates.application/json`, template, false),
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
