import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CDK_SETTINGS, installedCdk } from '../cdk/cdk-cli';
import { ContainerTestError } from '../errors';
import type { Engine } from './engine';
import { startFakeEcr } from './fake-ecr';
import { requirePlatform } from './image-platform';
import { type Cleanup, fetchLocal, poll, runProgram } from './program';

const STACK = 'test';
const ACCOUNT = '123456789012';
const REGION = 'eu-central-1';
const REPOSITORY = 'container-assets';
const PASSWORD = 'only-on-loopback';
/** `AWS` with the password above, in the format of `htpasswd -B`. */
const HTPASSWD = 'AWS:$2y$05$qmbttidNxDlvuCSpRxHoIuA/IcIW87.43wI9CkDYYPkx.UMsI9pNq\n';
const PUBLISH_LIMIT_MS = 180_000;

interface PublishOptions {
  /** Build context. */
  readonly context: string;
  /** Platform in the task definition. */
  readonly platform: string;
  /** Base image in place of the Dockerfile's. */
  readonly from: string | undefined;
  readonly registryImage: string;
  /** Name of the registry's container. */
  readonly name: string;
  readonly network: string;
  /** Directory for temporary files. */
  readonly directory: string;
  readonly cleanup: Cleanup;
  readonly signal: AbortSignal;
}

/**
 * Publishes a build context with the AWS CDK, as a deployment does (log in, build, tag, push), to a registry on this
 * machine with a password, and pulls the image back.
 *
 * @returns name of the image
 * @throws {ContainerTestError} when the pulled image is another one
 * @throws {ImagePlatformError} when it is for another platform
 */
export async function publishWithCdk(engine: Engine, options: PublishOptions): Promise<string> {
  const { platform, name, directory, cleanup, signal } = options;
  const host = await startRegistry(engine, options);
  const endpoint = await startFakeEcr({ host, password: PASSWORD }, cleanup);
  const assembly = await writeAssembly(options);
  const image = `${host}/${REPOSITORY}:${name}`;
  const images = [`cdkasset-${name}`, image];
  for (const built of images) cleanup.defer(() => engine.remove(['rmi', '--force', built]));
  const env = { ...engine.env, ...(await temporaryCredentialStore(engine.env, directory, host)) };
  const cdk = ['publish-assets', '--unstable=publish-assets', '--app', assembly, STACK];
  await runProgram(process.execPath, [installedCdk(), ...cdk], {
    env: {
      ...withoutAws(env),
      ...CDK_SETTINGS,
      CDK_DOCKER: engine.command,
      CDK_HOME: join(directory, 'cdk-home'),
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: join(directory, 'no-config'),
      AWS_SHARED_CREDENTIALS_FILE: join(directory, 'no-credentials'),
    },
    cwd: directory,
    signal,
    limitMs: PUBLISH_LIMIT_MS,
  });

  const describeId = async (): Promise<string> =>
    JSON.parse(await engine.run(['image', 'inspect', image]))[0].Id;
  const pushed = await describeId();
  await engine.run(['rmi', '--force', ...images]);
  await engine.run(['pull', image], { env });
  const pulled = await describeId();
  if (pulled !== pushed)
    throw new ContainerTestError(`${image} is ${pulled} in the registry, but ${pushed} was built.`);
  await requirePlatform(engine, image, platform);
  return image;
}

/** Removes everything that leads to a real AWS account, or through a proxy to this machine. */
function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const others = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
  const direct = [env['NO_PROXY'] ?? env['no_proxy'], '127.0.0.1'].filter(Boolean).join(',');
  return { ...others, NO_PROXY: direct, no_proxy: direct };
}

/** Starts a registry on a free port of the loopback address and returns its host with port. */
async function startRegistry(
  engine: Engine,
  { registryImage, name, network, directory, cleanup, signal }: PublishOptions,
): Promise<string> {
  const auth = join(directory, 'auth');
  await mkdir(auth, { recursive: true });
  await writeFile(join(auth, 'htpasswd'), HTPASSWD);
  cleanup.defer(() => engine.remove(['rm', '--force', '--volumes', name]));
  await engine.run([
    ...['run', '--detach', '--name', name, '--network', network, '--publish', '127.0.0.1::5000'],
    ...['--volume', `${auth}:/auth:ro`, '--env', 'REGISTRY_AUTH=htpasswd'],
    ...['--env', 'REGISTRY_AUTH_HTPASSWD_REALM=loopback'],
    ...['--env', 'REGISTRY_AUTH_HTPASSWD_PATH=/auth/htpasswd', registryImage],
  ]);
  const host = (await engine.run(['port', name, '5000/tcp'])).trim();
  const port = Number(host.split(':').at(-1));
  if (!(await poll(async () => (await fetchLocal(port, '/v2/'))?.status === 401, signal)))
    throw new ContainerTestError(`The registry on ${host} does not require a password.`);
  return host;
}

/** Writes a cloud assembly with one image asset and returns its directory. */
async function writeAssembly({ directory, context, platform, from, name }: PublishOptions): Promise<string> {
  const version = '48.0.0';
  const source = { directory: context, platform, ...(from && { dockerBuildArgs: { NODE_IMAGE: from } }) };
  const registry = { repositoryName: REPOSITORY, imageTag: name, region: REGION };
  const image = { displayName: 'image', source, destinations: { registry } };
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
      dockerImages: { [name]: image },
    },
  };
  const assembly = join(directory, 'assembly');
  await mkdir(assembly);
  for (const [file, content] of Object.entries(files))
    await writeFile(join(assembly, file), JSON.stringify(content));
  return assembly;
}

/**
 * Returns environment variables with which the engine stores the registry's password in `directory`, not in the user's
 * settings, and podman uses the registry without TLS. Docker does so on the loopback address by default.
 */
async function temporaryCredentialStore(
  env: NodeJS.ProcessEnv,
  directory: string,
  host: string,
): Promise<Record<string, string>> {
  const docker = join(directory, 'docker-config');
  const original = env['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
  await mkdir(docker);
  // Without its contexts, docker would connect to another daemon.
  for (const part of ['contexts', 'cli-plugins'])
    await symlink(join(original, part), join(docker, part), 'junction');
  const config = JSON.parse(await readFile(join(original, 'config.json'), 'utf8').catch(() => '{}'));
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
