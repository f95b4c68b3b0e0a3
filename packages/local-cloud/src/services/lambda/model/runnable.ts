import { existsSync } from 'node:fs';
import path from 'node:path';
import { unsupportedProperty } from '@spa-on-aws/cloudformation';
import type { Options } from '../../../cli/options';
import type { CodeSource, LambdaFunction, StoredFile } from './function';
import { unqualifiedName } from './names';

/** Code on this machine. */
export type FoundSource = Exclude<CodeSource, { kind: 's3' }>;

/** A local server that can replace a function: a description, and its flag. */
interface StandIn {
  readonly server: string;
  readonly flag: string;
}

/** @param name logical id of a function, or the name of one outside of the templates */
function standInFor(name: string): StandIn {
  const flag = `--stand-in ${name}=http://localhost:9000`;
  const server = `a local server that replaces the function: ${flag}. It receives events by POST /2015-03-31/functions/function/invocations, as the base images of AWS do.`;
  return { server, flag };
}

/** @throws UnsupportedPropertyError for a property that names a function outside of the templates */
export function functionOutside(
  resource: { readonly logicalId: string; readonly type: string },
  property: string,
  arn: string,
): never {
  const { server, flag } = standInFor(unqualifiedName(arn));
  return unsupportedProperty(
    resource,
    property,
    `${arn} is not a function, version or alias of these templates. Add its template with --template, or name ${server}`,
    flag,
  );
}

/** The way a function runs: its code with its layers, or a local server. */
export type Runnable =
  { readonly code: FoundSource; readonly layers: readonly FoundSource[] } | { readonly standIn: URL };

/**
 * Finds what runs a function here. `--function-dir` replaces the code of functions whose handler is a file in that directory.
 *
 * @throws UnsupportedPropertyError for another runtime than Node.js, and for code that is not on this machine
 */
export function findCode(
  { logicalId, runtime, handler, code, layers }: LambdaFunction,
  { standIns, buckets, functionDir }: Pick<Options, 'standIns' | 'buckets' | 'functionDir'>,
): Runnable {
  const standIn = standIns.get(logicalId);
  if (standIn) return { standIn };
  const resource = { logicalId, type: 'AWS::Lambda::Function' };
  const instead = standInFor(logicalId);
  const { server, flag } = instead;
  const remedy = `Name ${server}`;
  if (runtime === undefined || !code)
    return unsupportedProperty(resource, 'Code.ImageUri', `container images are not run. ${remedy}`, flag);
  if (!/^nodejs\d+\.x$/.test(runtime))
    return unsupportedProperty(
      resource,
      'Runtime',
      `${runtime} is not run: only Node.js is. ${remedy}`,
      flag,
    );
  const find = (property: string, source: CodeSource): FoundSource =>
    source.kind === 'inline' ? source : findFile(resource, property, source, buckets, instead);
  const isInDirectory =
    functionDir !== undefined && existsSync(path.join(functionDir, handler.replace(/\.[^./]*$/, '.js')));
  return {
    code: isInDirectory ? { kind: 'local', path: functionDir } : find('Code', code),
    layers: layers.flatMap(({ content }) => (content ? [find('Layers', content)] : [])),
  };
}

/**
 * Finds a file or directory on this machine; `--bucket` names a directory with objects of a bucket.
 *
 * @param instead local server that can do without the file, with its flag
 * @throws UnsupportedPropertyError when it is not on this machine
 */
export function findFile(
  resource: { readonly logicalId: string; readonly type: string },
  property: string,
  source: StoredFile,
  buckets: Options['buckets'],
  instead?: StandIn,
): StoredFile & { kind: 'local' } {
  const directory = source.kind === 's3' ? buckets.get(source.bucket) : undefined;
  const file = source.kind === 'local' ? source.path : directory && path.join(directory, source.key);
  if (file !== undefined && existsSync(file)) return { kind: 'local', path: file };
  if (source.kind === 'local')
    return unsupportedProperty(resource, property, `${source.path} does not exist. Build it.`);
  const content = `--bucket ${source.bucket}=./directory`;
  const remedy =
    file === undefined
      ? `s3://${source.bucket}/${source.key} is not on this machine. Name a directory with the file ${source.key}: ${content}`
      : `${file} does not exist. Put the object s3://${source.bucket}/${source.key} there`;
  return unsupportedProperty(
    resource,
    property,
    instead ? `${remedy}, or name ${instead.server}` : remedy,
    instead?.flag ?? (file === undefined ? content : undefined),
  );
}
