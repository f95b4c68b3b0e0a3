import {
  CodedError,
  invalidProperty,
  readYamlOrJson,
  type Resource,
  type Stack,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import { z } from 'zod';
import type { Options } from '../../../cli/options';
import type { Stacks } from '../../../run/sources';
import { storedFile } from '../../lambda/model/function';
import { findFile } from '../../lambda/model/runnable';

/** `BodyS3Location`: an object in a bucket, or a path, which `aws cloudformation package` replaces by one. */
export const DocumentLocation = z.union([
  z.string(),
  z.strictObject({ Bucket: z.string(), Key: z.string(), ...withoutEffect('ETag', 'Version') }),
]);

/**
 * Reads the OpenAPI documents that REST APIs name by `BodyS3Location` into their `Body` (row AG-OA-01).
 *
 * @returns the files with their content
 * @throws UnsupportedPropertyError for a file that is not on this machine; InvalidPropertyError
 */
export async function openDocuments(
  stack: Stack,
  stacks: readonly Pick<Stacks[number], 'files'>[],
  { buckets }: Pick<Options, 'buckets'>,
): Promise<ReadonlyMap<string, unknown>> {
  const assets = new Map(stacks.flatMap(({ files }) => [...files]));
  const apis = stack
    .ofType('AWS::ApiGateway::RestApi')
    .filter(({ properties }) => properties['BodyS3Location'] !== undefined);
  const documents = await Promise.all(
    apis.map(async (api) => {
      const { BodyS3Location: location } = api.read(z.looseObject({ BodyS3Location: DocumentLocation }));
      if (api.properties['Body'] !== undefined)
        invalidProperty(api, 'BodyS3Location', 'names a document, and Body is one. Remove one of them.');
      const stored = storedFile(
        api,
        typeof location === 'string' ? location : { bucket: location.Bucket, key: location.Key },
        assets,
      );
      const { path } = findFile(api, 'BodyS3Location', stored, buckets);
      return { api, path, Body: await readDocument(api, path) };
    }),
  );
  for (const { api, Body } of documents) Object.assign(api.properties, { Body });
  return new Map(documents.map(({ path, Body }) => [path, Body]));
}

async function readDocument(resource: Resource, file: string): Promise<unknown> {
  try {
    const document = await readYamlOrJson(file, '');
    const [, intrinsic] = /\{"(Fn::\w+|Ref)":(?:"[^"]*"|\[.*?\])\}/.exec(JSON.stringify(document)) ?? [];
    if (intrinsic === undefined) return document;
    return invalidProperty(
      resource,
      'BodyS3Location',
      `${file} has ${intrinsic}, but CloudFormation resolves functions only in a template. Include the document in Body: Fn::Transform: {Name: AWS::Include, Parameters: {Location: openapi.yaml}}`,
    );
  } catch (error) {
    if (!(error instanceof CodedError) || 'logicalId' in error) throw error;
    return invalidProperty(resource, 'BodyS3Location', error.message);
  }
}
