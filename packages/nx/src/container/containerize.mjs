// Builds the image of the API from its build output with whichever container engine this machine has.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { helpText, readCommandLine, readSchema } from './command-line.mjs';
import { findEngine } from './engine.mjs';
import { CommandError, ContainerError, OptionError } from './errors.mjs';

const SCHEMA = readSchema('containerize');
const BUILD_OUTPUT = join(import.meta.dirname, '..', 'dist');

const PLATFORM = /^\w+\/\w+(\/\w+)?$/;

/**
 * @param {readonly string[]} argv
 * @param {NodeJS.ProcessEnv} env
 */
async function containerize(argv, env) {
  const { help, tag = 'spa-on-aws-api', platform, from } = readCommandLine(SCHEMA, argv, env);
  if (help) return void process.stdout.write(helpText(SCHEMA));
  if (platform && !PLATFORM.test(String(platform)))
    throw new OptionError(
      `--platform is '${platform}': it is written as linux/arm64 or linux/amd64.\n\n${helpText(SCHEMA)}`,
    );
  if (!existsSync(join(BUILD_OUTPUT, 'Dockerfile')))
    throw new ContainerError(`${BUILD_OUTPUT} has no Dockerfile: run "npx nx build api" first.`);
  const engine = await findEngine(env);
  const args = [
    ...(platform ? ['--platform', platform] : []),
    ...(from ? ['--build-arg', `NODE_IMAGE=${from}`] : []),
  ];
  const command = ['build', '--tag', String(tag), ...args.map(String), BUILD_OUTPUT];
  process.stdout.write(`${engine.command} ${command.join(' ')}\n`);
  await engine.run(command, { show: true }).catch((error) => {
    if (!(error instanceof CommandError)) throw error;
    throw new ContainerError(
      `${error.message}\nWhat ${engine.command} says is above. If it cannot reach the base image, name another by --from.`,
      { cause: error },
    );
  });
  process.stdout.write(
    `\nThe image is ${tag}, its packages are listed in dist/sbom/api.cdx.json.\n` +
      `Try it: ${engine.command} run --rm -p 8080:8080 ${tag}\n`,
  );
}

await containerize(process.argv.slice(2), process.env).catch((error) => {
  if (!(error instanceof ContainerError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
