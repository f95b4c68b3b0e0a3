import { z } from 'zod';
import type { TemplateTree } from '../assembly';
import { includesIn } from '../document/includes';
import { isRecord } from '../document/value';
import { MalformedTemplateError, UnsupportedTemplateError } from '../errors';
import { parseContent } from '../schema-messages';
import { expandLoops } from './loops';
import { ParameterDeclaration } from './parameters';

const RawResource = z.strictObject({
  Type: z.string(),
  Properties: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((properties) => properties ?? {}),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
  CreationPolicy: z.unknown().optional(),
  DeletionPolicy: z.unknown().optional(),
  Metadata: z.unknown().optional(),
  UpdatePolicy: z.unknown().optional(),
  UpdateReplacePolicy: z.unknown().optional(),
});

const Output = z.strictObject({
  Value: z.unknown(),
  Condition: z.string().optional(),
  Description: z.unknown().optional(),
  Export: z.strictObject({ Name: z.unknown() }).optional(),
});

const Rule = z.strictObject({
  RuleCondition: z.unknown().optional(),
  Assertions: z
    .array(z.strictObject({ Assert: z.unknown(), AssertDescription: z.string().optional() }))
    .min(1),
});

/** Section of a template; in YAML it is null when all of its entries are comments. */
function section<Schema extends z.ZodType>(entry: Schema) {
  return z
    .record(z.string(), entry)
    .nullish()
    .transform((entries): Record<string, z.output<Schema>> => entries ?? {});
}

const TemplateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.unknown().optional(),
  Conditions: section(z.unknown()),
  Description: z.unknown().optional(),
  Mappings: section(z.record(z.string(), z.record(z.string(), z.unknown()))),
  Metadata: z.unknown().optional(),
  Outputs: section(Output),
  Parameters: section(ParameterDeclaration),
  Resources: z.record(z.string(), RawResource),
  Rules: section(Rule),
  Transform: z.union([z.string().transform((name): unknown[] => [name]), z.array(z.unknown())]).default([]),
});

/** Checked CloudFormation template, not resolved. */
export interface Template extends z.infer<typeof TemplateSchema> {
  readonly file: string;
  /** Templates of nested stacks, by the logical id of their resource. */
  readonly nested: Readonly<Record<string, Template>>;
}

/** The only supported macro. It adds loops, `Fn::Length`, `Fn::ToJsonString` and a default of `Fn::FindInMap`. */
export const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';

/**
 * Parses the text of a JSON template.
 *
 * @param file where the text comes from, for messages only
 * @throws {MalformedTemplateError} when it is not JSON
 * @throws what {@link checkTemplate} throws
 */
export function parseTemplate(text: string, file: string): Template {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new MalformedTemplateError(file, `not JSON (${(cause as Error).message}).`, cause);
  }
  return checkTemplate(json, file);
}

/**
 * Checks that a template can be resolved here, and normalizes it.
 *
 * @param file where the template comes from; paths in it are relative to the file
 * @param parameters given values, for loops over list parameters; `undefined`: not known before the template is resolved
 * @param nested templates of nested stacks, by logical id
 * @throws {MalformedTemplateError} when it has not the shape of a template
 * @throws {UnsupportedTemplateError} for macros, and nested stacks whose templates are not on this machine
 */
export function checkTemplate(
  value: unknown,
  file: string,
  parameters: Readonly<Record<string, string | undefined>> = {},
  nested: TemplateTree['nested'] = new Map(),
): Template {
  // Before the shape: macros take sections and properties that CloudFormation does not.
  refuseMacros(value, file);
  for (const { place, locations } of includesIn(value)) refuseInclude(`${file}: ${place}`, locations);
  const expanded = usesLanguageExtensions(value)
    ? expandLoops(value, file, (name) => listParameter(value, name, parameters))
    : value;
  refuseLoops(expanded, file);
  const template = parseContent(TemplateSchema, expanded, file, 'CloudFormation template');
  return { ...template, file, nested: Object.fromEntries(checkNested(template, file, nested)) };
}

function usesLanguageExtensions(value: unknown): boolean {
  return isRecord(value) && [value['Transform']].flat().includes(LANGUAGE_EXTENSIONS);
}

/** Returns the items of a list parameter: the given value, or the default. */
function listParameter(
  template: unknown,
  name: string,
  given: Readonly<Record<string, string | undefined>>,
): string[] | undefined {
  const { Parameters } = template as { readonly Parameters?: Record<string, { readonly Default?: unknown }> };
  const value = Object.hasOwn(given, name) ? given[name] : Parameters?.[name]?.Default;
  if (value === undefined) return undefined;
  return [value]
    .flat()
    .flatMap((item) => String(item).split(','))
    .map((item) => item.trim());
}

function refuseLoops(value: unknown, file: string): void {
  for (const name of ['Conditions', 'Outputs', 'Resources']) {
    const entries = (value as Record<string, unknown> | null)?.[name];
    for (const key of Object.keys(typeof entries === 'object' && entries !== null ? entries : {})) {
      if (!key.startsWith('Fn::')) continue;
      throw new UnsupportedTemplateError(
        file,
        key.startsWith('Fn::ForEach::')
          ? `${name}.${key}: loops need Transform: ${LANGUAGE_EXTENSIONS}.`
          : `${name}.${key}: macros are not supported.`,
      );
    }
  }
}

function refuseMacros(value: unknown, file: string): void {
  const { Transform = [] } = isRecord(value) ? value : {};
  for (const macro of [Transform].flat()) {
    if (macro === LANGUAGE_EXTENSIONS) continue;
    throw new UnsupportedTemplateError(
      file,
      `Transform: the macro ${JSON.stringify(macro)} runs on AWS only. Use its result, the processed template of a ` +
        'deployed stack: aws cloudformation get-template --template-stage Processed --query TemplateBody --stack-name <name>',
    );
  }
}

function refuseInclude(place: string, locations: readonly unknown[]): never {
  throw new UnsupportedTemplateError(
    place,
    `AWS::Include of ${JSON.stringify(locations)}: only files on this machine are included, in templates only. Write a path ` +
      'relative to the template, such as Location: ./openapi.yaml; aws cloudformation package uploads that file.',
  );
}

function* checkNested(
  { Resources }: z.infer<typeof TemplateSchema>,
  file: string,
  nested: TemplateTree['nested'],
): Generator<[logicalId: string, Template]> {
  for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
    const place = `Resources.${logicalId} (${Type})`;
    if (Type === 'AWS::CloudFormation::Macro')
      throw new UnsupportedTemplateError(file, `${place}: macros are not supported. Remove the resource.`);
    if (Type !== 'AWS::CloudFormation::Stack') continue;
    const tree = nested.get(logicalId);
    if (!tree) {
      throw new UnsupportedTemplateError(
        file,
        `${place}: the template of this nested stack is not on this machine. Download it, and set TemplateURL to its path, ` +
          'relative to this template. aws cloudformation package uploads it for a deployment.',
      );
    }
    const given = isRecord(Properties['Parameters']) ? Properties['Parameters'] : {};
    const parameters = Object.entries(given).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : undefined,
    ]);
    yield [
      logicalId,
      checkTemplate(tree.template.json, tree.templateFile, Object.fromEntries(parameters), tree.nested),
    ];
  }
}
