// Runs a command with a container engine that has the base images, for machines without one:
//   node tools/ci/with-container-engine.mjs npx nx container-test api
// An engine of this machine is used if it can pull the images. Otherwise a Docker daemon is started for this run only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildEmptyArmImage, buildNodeImage, buildRegistryImage } from './base-images.mjs';
import { startDockerDaemon } from './docker-daemon.mjs';
import { ProgramError, succeeds } from './programs.mjs';

const DOCKERFILE = join(import.meta.dirname, '../../apps/api/Dockerfile');
const REGISTRY_IMAGE = 'public.ecr.aws/docker/library/registry:2';
const ARM_IMAGE = 'container-test/empty-arm64:latest';
const PULL_LIMIT_MS = 90_000;

const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
  process.stderr.write('Usage: node tools/ci/with-container-engine.mjs <command> [arguments …]\n');
  process.exit(2);
}

const interruption = new AbortController();
/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(name, () => {
    process.exitCode = 128 + constants.signals[name];
    // A running command ends by itself, and cleans up before.
    if (child) child.kill(name);
    else interruption.abort(new Error(`Interrupted by ${name}.`));
  });

const directory = await mkdtemp(join(tmpdir(), 'container-engine-'));
/** @type {(() => Promise<void>) | undefined} */
let stop;
try {
  const nodeImage = /^ARG NODE_IMAGE=(\S+)$/m.exec(await readFile(DOCKERFILE, 'utf8'))?.[1];
  if (!nodeImage) throw new Error(`${DOCKERFILE} has no line ARG NODE_IMAGE=…`);
  const images = [nodeImage, REGISTRY_IMAGE];
  const { env, enter } = (await canPull(images)) ? { env: process.env, enter: [] } : await ownEngine(images);
  const [command = '', ...rest] = [...enter, program, ...args];
  child = spawn(command, rest, { env, stdio: 'inherit' });
  const [code, signal] = await once(child, 'close');
  process.exitCode ??= code ?? 128 + constants.signals[/** @type {NodeJS.Signals} */ (signal)];
} catch (error) {
  if (!interruption.signal.aborted) throw error;
} finally {
  await stop?.();
  await rm(directory, { recursive: true, maxRetries: 10 });
}

/** Returns whether a container engine of this machine has the images, or can pull them. */
async function canPull(images) {
  // The user's choice is not replaced.
  if (process.env['CONTAINER_ENGINE'] || process.env['CDK_DOCKER']) return true;
  const limits = { signal: interruption.signal, timeout: PULL_LIMIT_MS };
  for (const engine of ['docker', 'podman', 'finch', 'nerdctl']) {
    if (!(await succeeds(engine, ['info'], limits))) continue;
    for (const image of images) {
      const isPresent = await succeeds(engine, ['image', 'inspect', image], limits);
      if (!isPresent && !(await succeeds(engine, ['pull', image], limits))) return false;
    }
    return true;
  }
  return false;
}

/**
 * Starts a Docker daemon with the images. Where this is not possible, the command runs without an engine and decides
 * what that means.
 */
async function ownEngine([pinned = '', registry = '']) {
  // A local image has no digest.
  const [node = ''] = pinned.split('@');
  const { signal } = interruption;
  try {
    process.stdout.write('Starting a Docker daemon for this run, from the packages of Debian …\n');
    const daemon = await startDockerDaemon(directory, signal);
    stop = daemon.stop;
    process.stdout.write(`Building ${node} and ${registry} from packages of npm and Debian …\n`);
    const target = { env: daemon.env, directory, signal };
    await buildNodeImage(node, target);
    await buildRegistryImage(registry, target);
    await buildEmptyArmImage(ARM_IMAGE, target);
    return {
      env: { ...daemon.env, CONTAINER_TEST_FROM: node, CONTAINER_TEST_PUBLISH_FROM: ARM_IMAGE },
      enter: daemon.enter,
    };
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    process.stderr.write(`There is no container engine: ${error.message}\n`);
    return { env: process.env, enter: [] };
  }
}
