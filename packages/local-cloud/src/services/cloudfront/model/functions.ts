import { readFileSync } from 'node:fs';
import {
  cfnBoolean,
  type FileAsset,
  FUNCTION_RUNTIMES,
  type FunctionRuntime,
  grammarFaults,
  InvalidPropertyError,
  invalidProperty,
  type Resource,
  type Stack,
  UNSUPPORTED_HELPERS,
  UnsupportedPropertyError,
  unsupportedProperty,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import { z } from 'zod';

export interface KeyValueStore {
  readonly id: string;
  readonly entries: Readonly<Record<string, string>>;
}

export interface FunctionDefinition {
  readonly name: string;
  readonly code: string;
  readonly runtime: FunctionRuntime;
  readonly store: KeyValueStore | undefined;
  /** Only published functions can be associated with a behavior. */
  readonly isPublished: boolean;
}

const FunctionProperties = z.strictObject({
  Name: z.string(),
  FunctionCode: z.string(),
  FunctionConfig: z.strictObject({
    Runtime: z.enum(FUNCTION_RUNTIMES),
    KeyValueStoreAssociations: z.array(z.strictObject({ KeyValueStoreARN: z.string() })).default([]),
    ...withoutEffect('Comment'),
  }),
  AutoPublish: cfnBoolean.default(false),
  ...withoutEffect('Tags', 'FunctionMetadata'),
});

const KeyValueStoreProperties = z.strictObject({
  Name: z.string(),
  ImportSource: z.strictObject({ SourceType: z.literal('S3'), SourceArn: z.string() }).optional(),
  ...withoutEffect('Comment', 'Tags'),
});

/**
 * Reads the stack's CloudFront functions, by ARN.
 *
 * @throws InvalidPropertyError for code that AWS does not run, with its lines
 * @throws UnsupportedPropertyError for what only AWS runs
 */
export function readFunctions(
  stack: Stack,
  files: AssetFiles = new Map(),
): ReadonlyMap<string, FunctionDefinition> {
  const stores = readKeyValueStores(stack, files);
  return new Map(
    stack.ofType('AWS::CloudFront::Function').map((resource) => {
      const { Name: name, FunctionCode: code, ...properties } = resource.read(FunctionProperties);
      const { AutoPublish, FunctionConfig } = properties;
      const { Runtime: runtime } = FunctionConfig;
      checkGrammar(resource, code, runtime);
      const storeArn = FunctionConfig.KeyValueStoreAssociations[0]?.KeyValueStoreARN;
      const store = storeArn === undefined ? undefined : stores.get(storeArn);
      if (storeArn !== undefined && !store) {
        const property = 'FunctionConfig.KeyValueStoreAssociations[0].KeyValueStoreARN';
        invalidProperty(resource, property, `${storeArn} is not a key value store of this template.`);
      }
      return [resource.ref, { name, code, runtime, store, isPublished: AutoPublish }];
    }),
  );
}

function checkGrammar({ logicalId, type }: Resource, code: string, runtime: FunctionRuntime): void {
  const faults = grammarFaults(code, runtime, UNSUPPORTED_HELPERS);
  const lines = code.split('\n');
  const described = (isUnsupported: boolean) =>
    faults
      .filter((fault) => (fault.isUnsupported ?? false) === isUnsupported)
      .map(({ line, column, construct, remedy }) => ({
        property: `FunctionCode line ${line}, column ${column}`,
        detail: isUnsupported
          ? `${construct} is not supported by the local cloud. ${remedy}`
          : `${construct} is not in ${runtime}: AWS accepts the function, then answers 503 to every request (row CFF-JS-03). ${remedy}\n    ${(lines[line - 1] ?? '').trim()}`,
      }));
  const [invalid, unsupported] = [described(false), described(true)];
  if (invalid.length > 0) throw new InvalidPropertyError(logicalId, type, invalid);
  if (unsupported.length > 0) throw new UnsupportedPropertyError(logicalId, type, unsupported);
}

/** Content of the file that a key value store imports. */
const ImportedData = z.object({ data: z.array(z.object({ key: z.string(), value: z.string() })) });

/** Files of cloud assemblies, by object key in the asset bucket. */
export type AssetFiles = ReadonlyMap<string, FileAsset>;

/** Reads key value stores by ARN, with the data that they import from a file of the assembly. */
function readKeyValueStores(stack: Stack, files: AssetFiles): ReadonlyMap<string, KeyValueStore> {
  return new Map(
    stack.ofType('AWS::CloudFront::KeyValueStore').map((resource) => {
      const { ImportSource } = resource.read(KeyValueStoreProperties);
      const entries = ImportSource ? importedEntries(resource, ImportSource.SourceArn, files) : {};
      return [String(resource.attribute('Arn')), { id: String(resource.attribute('Id')), entries }];
    }),
  );
}

function importedEntries(resource: Resource, arn: string, files: AssetFiles): Record<string, string> {
  const property = 'ImportSource.SourceArn';
  const asset = files.get(arn.slice(arn.indexOf('/') + 1));
  if (!asset)
    return unsupportedProperty(
      resource,
      property,
      `${arn} is not a file of the cloud assembly, so it is not on this machine. Import an asset, or leave it out to start with an empty store.`,
    );
  try {
    const { data } = ImportedData.parse(JSON.parse(readFileSync(asset.path, 'utf8')));
    return Object.fromEntries(data.map(({ key, value }) => [key, value]));
  } catch (error) {
    return invalidProperty(
      resource,
      property,
      `${asset.path} is not JSON like {"data":[{"key":"a","value":"b"}]} (${(error as Error).message}).`,
    );
  }
}
