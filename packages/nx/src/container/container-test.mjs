// Builds the unmodified Dockerfile with a real engine, runs the image and publishes it, and says what holds.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { BROKEN_IMAGES, writeBrokenContext } from './broken-images.mjs';
import { Cleanup } from './cleanup.mjs';
import { helpText, readCommandLine, readSchema } from './command-line.mjs';
import { ContainerError, ContractBrokenError, InterruptedError, NoEngineError } from './errors.mjs';
import { publishAsCdkDoes } from './publish.mjs';
import { checkRunContract } from './run-contract.mjs';
import { provideWorkbench } from './workbench.mjs';

const SCHEMA = readSchema('container-test');
const BUILD_OUTPUT = join(import.meta.dirname, '..', 'dist');

/** What the task definition asks for, whatever this machine is. */
const PLATFORM = 'linux/arm64';

/** Everything together takes about a minute. */
const LIMIT_MS = 600_000;

const name = `spa-on-aws-api-test-${process.pid}`;

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`);
}

/**
 * @param {{ directory: string, cleanup: Cleanup, signal: AbortSignal, env: NodeJS.ProcessEnv }} context
 * @throws {ContractBrokenError} when something does not hold
 */
async function testContainer(context) {
  const { directory, cleanup } = context;
  const dockerfile = join(BUILD_OUTPUT, 'Dockerfile');
  if (!existsSync(dockerfile))
    throw new ContainerError(`${dockerfile} is missing: run "npx nx build api" first.`);
  const nodeImage = /^ARG NODE_IMAGE=(\S+)$/m.exec(await readFile(dockerfile, 'utf8'))?.[1];
  if (!nodeImage)
    throw new ContainerError(`${dockerfile} has no line ARG NODE_IMAGE=…, which names the base image.`);
  const { engine, registryImage, prepareArm } = await provideWorkbench(nodeImage, {
    ...context,
    print,
  });

  /**
   * @param {string} tag
   * @param {string} buildContext
   * @param {boolean} show
   */
  async function build(tag, buildContext, show) {
    cleanup.defer(() => engine.remove(['rmi', '--force', tag]));
    await engine.run(['build', '--tag', tag, buildContext], { show });
  }

  cleanup.defer(() => engine.remove(['network', 'rm', name]));
  await engine.run(['network', 'create', name]);
  print(`\nBuilding ${dockerfile} as it is:`);
  await build(name, BUILD_OUTPUT, true);
  print('\nThe image:');
  const broken = await checkRunContract(engine, name, {
    name,
    network: name,
    cleanup,
    onResult: (rule, fault) => print(fault === undefined ? `  ✓ ${rule}` : `  ✗ ${rule}: ${fault}`),
  });
  if (broken.size > 0) {
    const log = await engine.run(['logs', '--tail', '20', name]);
    throw new ContractBrokenError(`\nThe image breaks its run contract. Its log:\n${log}`);
  }

  print('\nWould it be noticed? An image with');
  for (const [index, image] of BROKEN_IMAGES.entries()) {
    const tag = `${name}-broken-${index}`;
    await writeBrokenContext(image, BUILD_OUTPUT, join(directory, tag));
    await build(tag, join(directory, tag), false);
    const found = await checkRunContract(engine, tag, {
      name: tag,
      network: name,
      cleanup,
      stopLimitSeconds: 2,
    });
    if (!found.has(image.rule))
      throw new ContractBrokenError(
        `  ✗ ${image.fault} passes the rule "${image.rule}": the check is worth nothing.`,
      );
    print(`  ✓ ${image.fault} breaks: ${image.rule}`);
  }

  print('\nPublishing as the AWS CDK does:');
  await prepareArm();
  const published = await publishAsCdkDoes(engine, {
    context: BUILD_OUTPUT,
    platform: PLATFORM,
    registryImage,
    name: `${name}-registry`,
    network: name,
    ...context,
  });
  print(`  ✓ logged in, built for ${PLATFORM}, tagged and pushed; what comes back is the same: ${published}`);
}

/**
 * @param {NoEngineError} error
 */
function printSkipped({ message }) {
  const rule = '!'.repeat(100);
  print(
    `\n${rule}\nSKIPPED: the image was NOT built, NOT run and NOT published.\n\n${message}\n\n` +
      'Not proved: that the Dockerfile builds; that the container is not root, is confined, healthy, and stops without\n' +
      'losing a request; that the AWS CDK can publish it.\n' +
      `To prove it: start docker or podman, or run this as root on Debian.\n${rule}`,
  );
}

/**
 * @param {readonly string[]} argv
 * @param {NodeJS.ProcessEnv} env
 */
async function main(argv, env) {
  const { help, required = Boolean(env['CI']) } = readCommandLine(SCHEMA, argv, env);
  if (help) return print(helpText(SCHEMA));
  const interruption = new AbortController();
  /** @param {string} reason */
  const interrupt = (reason) => interruption.abort(new InterruptedError(reason));
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => {
      if (!interruption.signal.aborted) print(`\n${signal}: cleaning up …`);
      process.exitCode = 128 + constants.signals[signal];
      interrupt(`Interrupted by ${signal}.`);
    });
  setTimeout(() => interrupt(`It took longer than ${LIMIT_MS / 60_000} minutes.`), LIMIT_MS).unref();
  // Nobody reads any more, as with "| head".
  process.stdout.on('error', (error) => interrupt(`Output is not taken: ${error.message}.`));

  const cleanup = new Cleanup();
  const directory = await mkdtemp(join(tmpdir(), 'spa-on-aws-container-'));
  cleanup.defer(() => rm(directory, { recursive: true, maxRetries: 10 }));
  try {
    const { signal } = interruption;
    const interrupted = once(signal, 'abort').then(() => signal.throwIfAborted());
    await Promise.race([testContainer({ directory, cleanup, signal, env }), interrupted]);
  } catch (error) {
    if (!(error instanceof NoEngineError)) throw error;
    printSkipped(error);
    if (required) throw new ContainerError('A container engine is required here (--required, or CI is set).');
  } finally {
    for (const fault of await cleanup.run()) process.stderr.write(`Left behind: ${String(fault)}\n`);
  }
}

await main(process.argv.slice(2), process.env).catch((error) => {
  if (!(error instanceof ContainerError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode ??= 1;
});
// Whatever was interrupted may still wait for an answer.
process.exit();
