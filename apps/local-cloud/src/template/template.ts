import { z } from 'zod';
import { MalformedTemplateError } from '../errors';

const RawResource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  Condition: z.string().optional(),
});

const Parameter = z.looseObject({
  Type: z.string(),
  Default: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

const TemplateSchema = z.looseObject({
  Resources: z.record(z.string(), RawResource),
  Parameters: z.record(z.string(), Parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })).default({}),
});

/** A CloudFormation template as written, nothing resolved. */
export type Template = z.infer<typeof TemplateSchema>;

/** A resource as written in a template. */
export type RawResource = z.infer<typeof RawResource>;

/**
 * Parses the text of a JSON template.
 *
 * @param file where the text comes from, for messages only
 * @throws MalformedTemplateError when it is no JSON, or not the shape of a template
 */
export function parseTemplate(text: string, file: string): Template {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new MalformedTemplateError(file, `not JSON (${(cause as Error).message}).`, cause);
  }
  const result = TemplateSchema.safeParse(json);
  if (!result.success) {
    const faults = result.error.issues.map(
      (issue) => `${issue.path.join('.') || 'template'}: ${issue.message}`,
    );
    throw new MalformedTemplateError(file, `not a CloudFormation template: ${faults.join('; ')}`);
  }
  return result.data;
}
