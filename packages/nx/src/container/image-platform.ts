import { basename } from 'node:path';
import type { ImageAsset } from '@spa-on-aws/cloudformation';
import { ImagePlatformError } from '../errors';
import type { Engine } from './engine';

/** Architectures of this machine, in the words of container images. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

const INSTALL_BUILDX =
  'install the plugin buildx (https://docs.docker.com/go/buildx/), or build on a machine with that architecture';

/** Returns whether the engine is docker without its plugin buildx: it builds from images of any platform in its store. */
async function lacksBuildx(engine: Engine): Promise<boolean> {
  const isDocker = /^docker(?:\.exe)?$/.test(basename(engine.command));
  return isDocker && (await engine.attempt(['buildx', 'version'])) !== undefined;
}

/**
 * Checks the platform of an image.
 *
 * @throws {ImagePlatformError} when the image is for another platform
 */
export async function requirePlatform(engine: Engine, image: string, platform: string): Promise<void> {
  const [{ Os, Architecture }] = JSON.parse(await engine.run(['image', 'inspect', image]));
  const found = `${Os}/${Architecture}`;
  // The third part of a platform is a variant, such as v8.
  if (found === platform.split('/').slice(0, 2).join('/')) return;
  throw new ImagePlatformError(
    `${image} is for ${found}, not ${platform}.`,
    (await lacksBuildx(engine))
      ? INSTALL_BUILDX
      : `use a base image for ${platform}: see FROM in the Dockerfile`,
  );
}

/**
 * Builds an image of an assembly for its platform, as the CDK will build it, and checks the result.
 *
 * @param tag of the image in its repository
 * @throws {ImagePlatformError} when the image is for another platform, or the engine cannot build for the platform
 * @throws {ProgramError} when the build fails
 */
export async function checkAssetPlatform(
  engine: Engine,
  tag: string,
  { directory, dockerFile, platform, buildArgs = {}, target }: ImageAsset,
): Promise<void> {
  if (platform === undefined) return;
  const host = ARCHITECTURES[process.arch] ?? process.arch;
  if (platform.split('/')[1] !== host && (await lacksBuildx(engine))) {
    throw new ImagePlatformError(
      `${engine.command} has no plugin buildx: on this machine, an image for ${platform} can become one for linux/${host}.`,
      INSTALL_BUILDX,
    );
  }
  // The CDK does not build an image that exists with this name, so one for another platform would stay.
  const nameOfCdk = `cdkasset-${tag.toLowerCase()}`;
  if (!(await engine.attempt(['image', 'inspect', nameOfCdk]))) {
    try {
      return await requirePlatform(engine, nameOfCdk, platform);
    } catch (error) {
      if (!(error instanceof ImagePlatformError)) throw error;
      await engine.remove(['rmi', '--force', nameOfCdk]);
    }
  }
  const image = `${nameOfCdk}-check`;
  try {
    await engine.run(
      [
        ...['build', '--tag', image, '--platform', platform, '--file', dockerFile],
        ...Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
        ...(target === undefined ? [] : ['--target', target]),
        '.',
      ],
      { cwd: directory },
    );
    await requirePlatform(engine, image, platform);
  } finally {
    await engine.remove(['rmi', '--force', image]);
  }
}
