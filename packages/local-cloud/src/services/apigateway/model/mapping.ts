import type { z } from 'zod';
import { invalidProperty, type Resource } from '@spa-on-aws/cloudformation';
import type { IntegrationProperties, MethodContext } from './integration';
import { type MappingTemplate, readMappingTemplate, type TemplateKind } from './mapping-template';
import { type ParameterMapping, readParameterMappings, readSource, type Source } from './parameter-mapping';

/** Conversions of a custom (non-proxy) integration: from method request to backend, and back. */
export interface Mapping {
  readonly request: RequestMapping;
  readonly responses: readonly ResponseMapping[];
}

/** `undefined`: binary stays binary, and text stays text. */
export type ContentHandling = 'CONVERT_TO_BINARY' | 'CONVERT_TO_TEXT' | undefined;

/** Templates by media type; `undefined`: an empty template leaves the body unchanged (row AG-MT-07). */
export type Templates = ReadonlyMap<string, MappingTemplate | undefined>;

export interface RequestMapping {
  readonly parameters: readonly ParameterMapping[];
  readonly templates: Templates;
  /** A body of another type is rejected; otherwise it is sent unchanged (row AG-IN-01). */
  readonly rejectsOtherTypes: boolean;
  readonly contentHandling: ContentHandling;
}

export interface ResponseMapping {
  readonly status: number;
  /** Regular expression for the whole status or error message; `undefined`: for all others (row AG-IN-02). */
  readonly selectionPattern: string | undefined;
  readonly headers: readonly (readonly [name: string, source: Source])[];
  readonly templates: Templates;
  readonly contentHandling: ContentHandling;
}

type Properties = z.output<typeof IntegrationProperties>;

/** @param isMock its responses have no body @throws UnsupportedPropertyError InvalidPropertyError */
export function readMapping(
  resource: Resource,
  properties: Properties,
  { declaredParameters, responses: declared }: MethodContext,
  isMock = false,
): Mapping {
  const { RequestTemplates, RequestParameters, PassthroughBehavior, ContentHandling } = properties;
  const templates = readTemplates(resource, 'Integration.RequestTemplates', RequestTemplates, 'request');
  return {
    request: {
      parameters: readParameterMappings(resource, RequestParameters, declaredParameters, 'request'),
      templates,
      rejectsOtherTypes:
        PassthroughBehavior === 'NEVER' ||
        (PassthroughBehavior === 'WHEN_NO_TEMPLATES' && templates.size > 0),
      contentHandling: ContentHandling,
    },
    responses: properties.IntegrationResponses.map((response, index) => {
      const place = `Integration.IntegrationResponses[${index}]`;
      const parameters =
        declared.get(response.StatusCode) ??
        invalidProperty(resource, `${place}.StatusCode`, `${response.StatusCode} is not in MethodResponses.`);
      return {
        status: Number(response.StatusCode),
        selectionPattern: response.SelectionPattern === '' ? undefined : response.SelectionPattern,
        headers: Object.entries(response.ResponseParameters).map(([target, source]) =>
          readHeader(resource, `${place}.ResponseParameters.${target}`, target, source, parameters),
        ),
        templates: readTemplates(
          resource,
          `${place}.ResponseTemplates`,
          response.ResponseTemplates,
          isMock ? 'mock-response' : 'response',
        ),
        contentHandling: response.ContentHandling,
      };
    }),
  };
}

function readTemplates(
  resource: Resource,
  place: string,
  templates: Readonly<Record<string, string>>,
  kind: TemplateKind,
): Templates {
  return new Map(
    Object.entries(templates).map(([type, text]) => [
      type.toLowerCase(),
      text.trim() === '' ? undefined : readMappingTemplate(resource, `${place}.${type}`, text, kind),
    ]),
  );
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
  return [name, readSource(resource, property, source, 'response')];
}
