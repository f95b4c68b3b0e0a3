import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../executor';
import { ContainerEngineError, ContainerTestError, ImageUnavailableError } from '../errors';
import type { Executor } from '../executor';
import { brokenImages, buildContext, readBuildOutput, writeBrokenContext } from './build-output';
import { type Engine, requireEngine } from './engine';
import { Cleanup } from './program';
import { publishWithCdk } from './publish';
import { type AppOptions, checkRunContract } from './run-contract';

interface ContainerTestOptions extends AppOptions {
  readonly required: boolean;
  readonly from: string | undefined;
  readonly 'publish-from': string | undefined;
  readonly platform: string;
  readonly context: string;
}

const REGISTRY_IMAGE = 'public.ecr.aws/docker/library/registry:2';

const PULL_LIMIT_MS = 90_000;

/** The whole test takes about a minute. */
const LIMIT_MS = 600_000;

/** Builds, runs and publishes the image. */
export const containerTest: Executor<ContainerTestOptions> = {
  async run(options, context) {
    const { terminal, interruption, env } = context;
    interruption.setConsequences(() => 'Cleaning up …');
    const limit = AbortSignal.timeout(LIMIT_MS);
    const signal = AbortSignal.any([interruption.signal, limit]);
    const cleanup = new Cleanup();
    const directory = await mkdtemp(join(tmpdir(), 'container-test-'));
    cleanup.defer(() => rm(directory, { recursive: true, maxRetries: 10 }));
    try {
      const aborted = once(signal, 'abort').then(() => signal.throwIfAborted());
      await Promise.race([testContainer(options, { directory, cleanup, signal }, context), aborted]);
    } catch (error) {
      if (limit.aborted && !interruption.by)
        throw new ContainerTestError(`The test took longer than ${LIMIT_MS / 60_000} minutes.`);
      const isSkipped =
        error instanceof ImageUnavailableError || (error instanceof ContainerEngineError && !error.named);
      if (!isSkipped) throw error;
      terminal.print(skippedNotice(error));
      if (options.required || env['CI'])
        throw new ContainerTestError('A container engine is required (--required, or CI is set).');
    } finally {
      for (const failure of await cleanup.run()) terminal.printError(`Cannot clean up: ${String(failure)}`);
    }
  },
};

/** @throws {ContainerTestError} when the container breaks a rule */
async function testContainer(
  options: ContainerTestOptions,
  run: { readonly directory: string; readonly cleanup: Cleanup; readonly signal: AbortSignal },
  context: Context,
): Promise<void> {
  const { directory, cleanup, signal } = run;
  const { terminal } = context;
  const name = `${context.projectName}-test-${process.pid}`;
  const contract = { ...run, app: options, network: name };
  const buildOutput = readBuildOutput(buildContext(options.context, context));
  const engine = await requireEngine(context, signal);
  terminal.print(`The container engine is ${engine.command}.`);
  const { from } = options;
  await pull(engine, [from ?? buildOutput.nodeImage, REGISTRY_IMAGE], context);

  const build = async (tag: string, directory: string, show: boolean): Promise<void> => {
    cleanup.defer(() => engine.remove(['rmi', '--force', tag]));
    const base = from ? ['--build-arg', `NODE_IMAGE=${from}`] : [];
    await engine.run(['build', '--tag', tag, ...base, directory], { show });
  };
  cleanup.defer(() => engine.remove(['network', 'rm', name]));
  await engine.run(['network', 'create', name]);
  terminal.print(`\nBuilding ${buildOutput.directory}:`);
  await build(name, buildOutput.directory, true);
  terminal.print('\nThe container');
  const broken = await checkRunContract(engine, name, {
    ...contract,
    name,
    onResult: (rule, fault) =>
      terminal.print(fault === undefined ? `  ✓ ${rule}` : `  ✗ breaks "${rule}": ${fault}`),
  });
  if (broken.size > 0) {
    const log = await engine.run(['logs', '--tail', '20', name]);
    throw new ContainerTestError(`The container breaks its rules. Its log:\n${log}`);
  }

  terminal.print('\nThe test detects a container with');
  for (const [index, image] of brokenImages(buildOutput).entries()) {
    const tag = `${name}-broken-${index}`;
    const broken = join(directory, tag);
    await writeBrokenContext(image, buildOutput.directory, broken);
    await build(tag, broken, false);
    const found = await checkRunContract(engine, tag, { ...contract, name: tag, stopLimitSeconds: 2 });
    if (!found.has(image.rule))
      throw new ContainerTestError(`A container with ${image.fault} passes the rule "${image.rule}".`);
    terminal.print(`  ✓ ${image.fault}: it breaks "${image.rule}"`);
  }

  terminal.print('\nPublishing with the AWS CDK:');
  const published = await publishWithCdk(engine, {
    ...run,
    context: buildOutput.directory,
    platform: options.platform,
    from: options['publish-from'],
    registryImage: REGISTRY_IMAGE,
    name: `${name}-registry`,
    network: name,
  });
  terminal.print(
    `  ✓ logged in, built for ${options.platform}, pushed and pulled the same image: ${published}`,
  );
}

/** @throws {ImageUnavailableError} when an image is neither present nor can be pulled */
async function pull(engine: Engine, images: readonly string[], { terminal }: Context): Promise<void> {
  for (const image of images) {
    if (!(await engine.attempt(['image', 'inspect', image]))) continue;
    terminal.print(`Pulling ${image} …`);
    const failure = await engine.attempt(['pull', image], { limitMs: PULL_LIMIT_MS });
    if (failure)
      throw new ImageUnavailableError(`${image} cannot be pulled: ${failure.message}`, undefined, failure);
  }
}

function skippedNotice({ message }: Error): string {
  const line = '!'.repeat(100);
  return `
${line}
SKIPPED: the image was NOT built, NOT run and NOT published.

${message}

Not tested: the Dockerfile builds; the container does not run as root, is restricted, healthy, and stops without
losing a request; the AWS CDK can publish the image.
To test this, start docker or podman.
${line}`;
}
