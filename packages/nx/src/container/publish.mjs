import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ask } from './ask.mjs';
import { run } from './command.mjs';
import { ContainerError } from './errors.mjs';
import { startLoopbackEcr } from './loopback-ecr.mjs';
import { until } from './until.mjs';

const CDK = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
const STACK = 'check';
const ACCOUNT = '123456789012';
const REGION = 'eu-central-1';
const REPOSITORY = 'container-assets';
const PASSWORD = 'only-on-loopback';
/** `AWS` with the password above, as `htpasswd -B` writes it. */
const HTPASSWD = 'AWS:$2y$05$qmbttidNxDlvuCSpRxHoIuA/IcIW87.43wI9CkDYYPkx.UMsI9pNq\n';
const PUBLISH_LIMIT_MS = 180_000;

/**
 * Lets the AWS CDK publish a build context as it does on deployment (log in, build, tag, push), to a registry on the
 * loopback address that asks for the password, and pulls it back.
 *
 * @param {import('./engine.mjs').Engine} engine
 * @param {object} options
 * @param {string} options.context
 * @param {string} options.platform what the task definition asks for
 * @param {string} options.registryImage
 * @param {string} options.name of the registry's container
 * @param {string} options.network it is put into
 * @param {string} options.directory for what is only needed meanwhile
 * @param {import('./cleanup.mjs').Cleanup} options.cleanup
 * @param {AbortSignal} options.signal
 * @returns {Promise<string>} where it went
 * @throws {ContainerError} when it does not arrive whole
 */
export async function publishAsCdkDoes(
  engine,
  { context, platform, registryImage, name, network, directory, cleanup, signal },
) {
  const auth = join(directory, 'auth');
  await mkdir(auth, { recursive: true });
  await writeFile(join(auth, 'htpasswd'), HTPASSWD);
  const host = await startRegistry(engine, { registryImage, name, network, auth, cleanup });
  const ecr = await startLoopbackEcr({ host, password: PASSWORD }, cleanup);

  const assembly = join(directory, 'assembly');
  await writeAssembly(assembly, { context, platform, tag: name });
  const image = `${host}/${REPOSITORY}:${name}`;
  const images = [`cdkasset-${name}`, image];
  for (const made of images) cleanup.defer(() => engine.remove(['rmi', '--force', made]));
  const env = { ...engine.env, ...(await ownCredentials(engine.env, directory, host)) };
  const cdk = ['publish-assets', '--unstable=publish-assets', '--app', assembly, STACK];
  await run(process.execPath, [CDK, ...cdk], {
    env: {
      ...withoutAws(env),
      CDK_DOCKER: engine.command,
      CDK_HOME: join(directory, 'cdk-home'),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: 'true',
      AWS_ENDPOINT_URL: ecr.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'nobody',
      AWS_SECRET_ACCESS_KEY: 'nothing',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: join(directory, 'no-config'),
      AWS_SHARED_CREDENTIALS_FILE: join(directory, 'no-credentials'),
    },
    cwd: directory,
    signal,
    limitMs: PUBLISH_LIMIT_MS,
  });

  const describe = async () => JSON.parse(await engine.run(['image', 'inspect', image]))[0];
  const pushed = await describe();
  await engine.run(['rmi', '--force', ...images]);
  await engine.run(['pull', image], { env });
  const pulled = await describe();
  const { Id: id, Os: os, Architecture: architecture } = pulled;
  if (id !== pushed.Id)
    throw new ContainerError(`${image} is ${id} in the registry, not ${pushed.Id} as it was built.`);
  if (`${os}/${architecture}` !== platform)
    throw new ContainerError(
      `${image} is for ${os}/${architecture}, not ${platform}: ${engine.command} does not heed the platform. ` +
        `If it builds without BuildKit, install its plugin buildx.`,
    );
  return image;
}

/**
 * Nothing that would lead to a real account, or to the loopback address through a proxy.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function withoutAws(env) {
  const others = Object.fromEntries(Object.entries(env).filter(([variable]) => !variable.startsWith('AWS_')));
  const direct = [env['NO_PROXY'] ?? env['no_proxy'], '127.0.0.1'].filter(Boolean).join(',');
  return { ...others, NO_PROXY: direct, no_proxy: direct };
}

/**
 * Starts a registry on a free port of the loopback address and gives its host.
 *
 * @param {import('./engine.mjs').Engine} engine
 * @param {{ registryImage: string, name: string, network: string, auth: string, cleanup: import('./cleanup.mjs').Cleanup }} options
 */
async function startRegistry(engine, { registryImage, name, network, auth, cleanup }) {
  const settings = {
    AUTH: 'htpasswd',
    AUTH_HTPASSWD_REALM: 'loopback',
    AUTH_HTPASSWD_PATH: '/auth/htpasswd',
  };
  cleanup.defer(() => engine.remove(['rm', '--force', '--volumes', name]));
  await engine.run([
    ...['run', '--detach', '--name', name, '--network', network, '--publish', '127.0.0.1::5000'],
    ...['--volume', `${auth}:/auth:ro`],
    ...Object.entries(settings).flatMap(([key, value]) => ['--env', `REGISTRY_${key}=${value}`]),
    registryImage,
  ]);
  const host = (await engine.run(['port', name, '5000/tcp'])).trim();
  const port = Number(host.split(':').at(-1));
  // It answers nobody without the password.
  if (!(await until(async () => (await ask(port, '/v2/'))?.status === 401)))
    throw new ContainerError(`The registry on ${host} does not ask for a password.`);
  return host;
}

/**
 * Writes a cloud assembly with one asset: an image to build.
 *
 * @param {string} directory
 * @param {{ context: string, platform: string, tag: string }} image
 */
async function writeAssembly(directory, { context, platform, tag }) {
  const version = '48.0.0';
  const files = {
    'manifest.json': {
      version,
      artifacts: {
        [`${STACK}.assets`]: { type: 'cdk:asset-manifest', properties: { file: `${STACK}.assets.json` } },
        [STACK]: {
          type: 'aws:cloudformation:stack',
          environment: `aws://${ACCOUNT}/${REGION}`,
          properties: { templateFile: `${STACK}.template.json` },
          dependencies: [`${STACK}.assets`],
        },
      },
    },
    [`${STACK}.template.json`]: { Resources: {} },
    [`${STACK}.assets.json`]: {
      version,
      files: {},
      dockerImages: {
        [tag]: {
          displayName: 'api',
          source: { directory: context, platform },
          destinations: { registry: { repositoryName: REPOSITORY, imageTag: tag, region: REGION } },
        },
      },
    },
  };
  await mkdir(directory);
  for (const [file, content] of Object.entries(files))
    await writeFile(join(directory, file), JSON.stringify(content));
}

/**
 * The environment in which logging in writes to `directory` instead of the settings of whoever runs this, and the
 * registry may be spoken to without TLS. Docker does that for the loopback address without being told.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} directory
 * @param {string} host of the registry
 */
async function ownCredentials(env, directory, host) {
  const docker = join(directory, 'docker-config');
  const theirs = env['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
  await mkdir(docker);
  // Without these, Docker would look for another daemon.
  for (const part of ['contexts', 'cli-plugins'])
    await symlink(join(theirs, part), join(docker, part), 'junction');
  const config = JSON.parse(await readFile(join(theirs, 'config.json'), 'utf8').catch(() => '{}'));
  const { currentContext, cliPluginsExtraDirs } = config;
  await writeFile(join(docker, 'config.json'), JSON.stringify({ currentContext, cliPluginsExtraDirs }));
  const registries = join(directory, 'registries.conf');
  await writeFile(registries, `[[registry]]\nlocation = "${host}"\ninsecure = true\n`);
  return {
    DOCKER_CONFIG: docker,
    REGISTRY_AUTH_FILE: join(directory, 'podman-auth.json'),
    CONTAINERS_REGISTRIES_CONF: registries,
  };
}
