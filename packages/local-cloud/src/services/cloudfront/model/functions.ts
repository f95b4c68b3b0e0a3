import {
  cfnBoolean,
  FUNCTION_RUNTIMES,
  type GrammarFault,
  grammarFaults,
  InvalidPropertyError,
  type Resource,
  type Stack,
  UnsupportedPropertyError,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import { z } from 'zod';
import { compileFunction, type EdgeFunction } from '../pipeline/functions/edge-function';
import { UNSUPPORTED_HELPERS } from '../pipeline/functions/function-runtime/context';
import type { ContextStore } from '../pipeline/functions/function-runtime/context-cloudfront';

/** Row CFF-LIM-01. */
const MOST_CODE_BYTES = 10_240;

const FunctionProperties = z.strictObject({
  Name: z.string(),
  FunctionCode: z.string().refine((code) => Buffer.byteLength(code) <= MOST_CODE_BYTES, {
    error: ({ input }) =>
      `has ${Buffer.byteLength(String(input))} bytes, and CloudFront takes ${MOST_CODE_BYTES} (row CFF-LIM-01). Shorten it, comments included`,
  }),
  FunctionConfig: z.strictObject({
    Runtime: z.enum(FUNCTION_RUNTIMES),
    KeyValueStoreAssociations: z
      .array(z.strictObject({ KeyValueStoreARN: z.string() }))
      .max(1, 'must have at most one key value store')
      .default([]),
    ...withoutEffect('Comment'),
  }),
  AutoPublish: cfnBoolean.default(false),
  ...withoutEffect('Tags', 'FunctionMetadata'),
});

const KeyValueStoreProperties = z.strictObject({
  Name: z.string(),
  ImportSource: z.unknown().optional(),
  ...withoutEffect('Comment', 'Tags'),
});

/** A function of the template, and whether it can be associated. */
export interface FunctionResource {
  readonly edgeFunction: EdgeFunction;
  /** Only published functions can be associated with a behavior. */
  readonly isPublished: boolean;
}

/**
 * The stack's CloudFront functions, by ARN.
 *
 * @throws InvalidPropertyError for code that AWS would not run, with its lines
 * @throws UnsupportedPropertyError for what only AWS runs
 */
export function readFunctions(stack: Stack): ReadonlyMap<string, FunctionResource> {
  const stores = readKeyValueStores(stack);
  return new Map(
    stack.ofType('AWS::CloudFront::Function').map((resource) => {
      const { Name, FunctionCode, FunctionConfig, AutoPublish } = resource.read(FunctionProperties);
      const { Runtime: runtime } = FunctionConfig;
      checkGrammar(
        resource,
        FunctionCode,
        grammarFaults(FunctionCode, runtime, UNSUPPORTED_HELPERS),
        runtime,
      );
      const storeArn = FunctionConfig.KeyValueStoreAssociations[0]?.KeyValueStoreARN;
      const store = storeArn === undefined ? undefined : stores.get(storeArn);
      if (storeArn !== undefined && !store) {
        throw new InvalidPropertyError(resource.logicalId, resource.type, [
          {
            property: 'FunctionConfig.KeyValueStoreAssociations[0].KeyValueStoreARN',
            detail: `${storeArn} is no key value store of this template.`,
          },
        ]);
      }
      const edgeFunction = compileFunction({ name: Name, code: FunctionCode, runtime, store });
      return [resource.ref, { edgeFunction, isPublished: AutoPublish }];
    }),
  );
}

function checkGrammar(
  { logicalId, type }: Resource,
  code: string,
  faults: readonly GrammarFault[],
  runtime: string,
): void {
  const lines = code.split('\n');
  const told = (isUnsupported: boolean) =>
    faults
      .filter((fault) => (fault.isUnsupported ?? false) === isUnsupported)
      .map(({ line, column, construct, remedy }) => ({
        property: `FunctionCode line ${line}, column ${column}`,
        detail: isUnsupported
          ? `${construct} is not supported by the local cloud. ${remedy}`
          : `${construct} is not in ${runtime}: AWS would take the function and answer 503 to every visitor (row CFF-JS-03). ${remedy}\n    ${(lines[line - 1] ?? '').trim()}`,
      }));
  const [refusedByAws, refusedByUs] = [told(false), told(true)];
  if (refusedByAws.length > 0) throw new InvalidPropertyError(logicalId, type, refusedByAws);
  if (refusedByUs.length > 0) throw new UnsupportedPropertyError(logicalId, type, refusedByUs);
}

/** Key-value stores by ARN: all empty, as their data is no part of a template. */
function readKeyValueStores(stack: Stack): ReadonlyMap<string, ContextStore> {
  return new Map(
    stack.ofType('AWS::CloudFront::KeyValueStore').map((resource) => {
      const { ImportSource } = resource.read(KeyValueStoreProperties);
      if (ImportSource !== undefined) {
        throw new UnsupportedPropertyError(resource.logicalId, resource.type, [
          {
            property: 'ImportSource',
            detail:
              'the local cloud has no data of a key value store. Leave it out to start with an empty store: functions must stand a missing key anyway.',
          },
        ]);
      }
      return [String(resource.attribute('Arn')), { id: String(resource.attribute('Id')), entries: {} }];
    }),
  );
}
