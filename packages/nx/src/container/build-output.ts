import { existsSync, readFileSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Context, nxCommand } from '../executor';
import { BuildOutputError } from '../errors';

/** Build output of a containerized app: the build context of its image. */
interface BuildOutput {
  /** Absolute path. */
  readonly directory: string;
  /** Value of `ARG NODE_IMAGE`. */
  readonly nodeImage: string;
  /** Script in `CMD`, relative to the directory. */
  readonly main: string;
}

/** Options and command of the health check. */
const HEALTH_CHECK = /^(HEALTHCHECK .*)CMD .+$/m;

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
  const output = {
    directory,
    nodeImage: required(/^ARG NODE_IMAGE=(\S+)$/m, 'ARG NODE_IMAGE=node:24-slim'),
    main: required(/^CMD \["node", "([^"]+)"\]$/m, 'CMD ["node", "main.js"]'),
  };
  required(HEALTH_CHECK, 'HEALTHCHECK CMD ["node", "healthcheck.js"]');
  return output;
}

/** An image that breaks one rule. The container test must detect it. */
interface BrokenImage {
  readonly fault: string;
  readonly rule: string;
  /** File of the build output that is changed. */
  readonly file: string;
  readonly change: (text: string) => string;
}

/** Returns an image for each rule that a mistake in the app or its Dockerfile can break. */
export function brokenImages({ main }: BuildOutput): BrokenImage[] {
  return [
    {
      fault: 'root as its user',
      rule: 'does not run as root',
      file: 'Dockerfile',
      change: (text) => text.replace(/^USER .*$/m, 'USER 0:0'),
    },
    {
      fault: 'a health check that fails',
      rule: 'passes its own health check',
      file: 'Dockerfile',
      change: (text) => text.replace(HEALTH_CHECK, '$1CMD ["node", "-e", "process.exit(1)"]'),
    },
    {
      fault: 'a file that it must write',
      rule: 'becomes ready',
      file: main,
      change: (text) => `(await import('node:fs')).writeFileSync('api.log', '');\n${text}`,
    },
    {
      fault: 'no handler of SIGTERM',
      rule: 'exits with code 0',
      file: main,
      change: (text) =>
        `{ const on = process.on; process.on = (name, ...rest) => name === 'SIGTERM' ? process : on.call(process, name, ...rest); }\n${text}`,
    },
    {
      fault: 'an immediate exit on SIGTERM',
      rule: 'completes the request in flight when it is stopped',
      file: main,
      change: (text) => `process.on('SIGTERM', () => process.exit(0));\n${text}`,
    },
  ];
}

/** Writes the build context of a broken image. */
export async function writeBrokenContext(
  { file, change, fault }: BrokenImage,
  buildOutput: string,
  directory: string,
): Promise<void> {
  await cp(buildOutput, directory, { recursive: true });
  const text = await readFile(join(directory, file), 'utf8');
  const changed = change(text);
  if (changed === text) throw new BuildOutputError(`${file} cannot be changed to have ${fault}.`);
  await writeFile(join(directory, file), changed);
}
