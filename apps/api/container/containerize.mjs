#!/usr/bin/env node
// Builds the image of the API from its build output with whichever container engine this machine has.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findEngine } from './engine.mjs';
import { CommandError, ContainerError } from './errors.mjs';
import { helpText, readOptions } from './options.mjs';

const BUILD_OUTPUT = join(import.meta.dirname, '..', 'dist');

/** @type {import('./options.mjs').Usage} */
const USAGE = {
  command: 'nx containerize api',
  summary:
    'Builds the image of the API with the engine that CONTAINER_ENGINE names, else CDK_DOCKER,\n' +
    'else the first of docker, podman, finch and nerdctl that answers.',
  options: {
    tag: { type: 'string', value: 'name[:tag]', what: 'what to call the image; spa-on-aws-api unless told' },
    platform: {
      type: 'string',
      value: 'os/architecture',
      pattern: /^\w+\/\w+(\/\w+)?$/,
      what: 'what to build for, such as linux/arm64; the platform of the engine unless told',
    },
    'node-image': {
      type: 'string',
      value: 'image',
      what: 'the base image with Node 24; the one in the Dockerfile unless told',
    },
  },
};

/** @param {readonly string[]} argv */
async function containerize(argv) {
  const { help, tag = 'spa-on-aws-api', platform, 'node-image': nodeImage } = readOptions(USAGE, argv);
  if (help) return void process.stdout.write(helpText(USAGE));
  if (!existsSync(join(BUILD_OUTPUT, 'Dockerfile')))
    throw new ContainerError(`${BUILD_OUTPUT} has no Dockerfile: run "npx nx build api" first.`);
  const engine = await findEngine(process.env);
  const args = [
    ...(platform ? ['--platform', platform] : []),
    ...(nodeImage ? ['--build-arg', `NODE_IMAGE=${nodeImage}`] : []),
  ];
  const command = ['build', '--tag', String(tag), ...args.map(String), BUILD_OUTPUT];
  process.stdout.write(`${engine.command} ${command.join(' ')}\n`);
  await engine.run(command, { show: true }).catch((error) => {
    if (!(error instanceof CommandError)) throw error;
    throw new ContainerError(
      `${error.message}\nWhat ${engine.command} says is above. If it cannot reach the base image, name another by --node-image.`,
      { cause: error },
    );
  });
  process.stdout.write(`\nThe image is ${tag}. Try it: ${engine.command} run --rm -p 8080:8080 ${tag}\n`);
}

await containerize(process.argv.slice(2)).catch((error) => {
  if (!(error instanceof ContainerError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
