import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Context, nxCommand } from '../executor';
import { BuildOutputError } from '../errors';

/** Build output of a containerized app: the build context of its image. */
export interface BuildOutput {
  /** Absolute path. */
  readonly directory: string;
  /** Value of `ARG NODE_IMAGE`. */
  readonly nodeImage: string;
  /** Script in `CMD`, relative to the directory. */
  readonly main: string;
  /** Script in `HEALTHCHECK`, relative to the directory. */
  readonly healthCheck: string;
}

/** Returns the build context, which must have a Dockerfile. */
export function buildContext(directory: string, context: Context): string {
  const path = resolve(context.projectRoot, directory);
  if (existsSync(join(path, 'Dockerfile'))) return path;
  throw new BuildOutputError(`${path} has no Dockerfile. Build it: ${nxCommand(context, 'build')}`);
}

/**
 * Reads the Dockerfile of a build output.
 *
 * @throws {BuildOutputError} when the Dockerfile lacks an instruction that the container test needs
 */
export function readBuildOutput(directory: string): BuildOutput {
  const file = join(directory, 'Dockerfile');
  const text = readFileSync(file, 'utf8');
  const required = (pattern: RegExp, example: string): string => {
    const value = pattern.exec(text)?.[1];
    if (value === undefined) throw new BuildOutputError(`${file} has no line like ${example}`);
    return value;
  };
  return {
    directory,
    nodeImage: required(/^ARG NODE_IMAGE=(\S+)$/m, 'ARG NODE_IMAGE=node:24-slim'),
    main: required(/^CMD \["node", "([^"]+)"\]$/m, 'CMD ["node", "main.js"]'),
    healthCheck: required(
      /^HEALTHCHECK .*CMD \["node", "([^"]+)"\]$/m,
      'HEALTHCHECK CMD ["node", "healthcheck.js"]',
    ),
  };
}
