// Builds base images from packages of npm and Debian, for a Docker daemon that cannot pull the public ones.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ProgramError, run, unpackDebianPackages } from './programs.mjs';

/** The npm package of a third party with Node's own binaries: hence the hashes. */
const NODE_VERSION = '24.21.0';
/** @type {Readonly<Record<string, string>>} */
const NODE_INTEGRITY = {
  x64: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  arm64: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

/** Debian packages that Node's binary needs. */
const NODE_LIBRARIES = ['libc6', 'libgcc-s1', 'libstdc++6'];

/** Configuration of the public registry image. */
const REGISTRY_CONFIG = 'etc/docker/registry/config.yml';
const REGISTRY_CONFIG_TEXT = `version: 0.1
storage:
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
`;

/** Builds Node with Debian's libraries, for this machine's architecture, and loads it (see `loadImage`). */
export async function buildNodeImage(name, target) {
  const { directory, signal } = target;
  const integrity = NODE_INTEGRITY[process.arch];
  if (!integrity)
    throw new ProgramError(`${name} cannot be built for ${process.arch}, only for x64 and arm64.`);
  const root = join(directory, 'node-root');
  const bin = join(root, 'usr/local/bin');
  const pack = `node-linux-${process.arch}@${NODE_VERSION}`;
  const args = ['pack', pack, '--silent', '--pack-destination', directory];
  const archive = join(directory, (await run('npm', args, { cwd: directory, signal })).trim());
  const hash = createHash('sha512').update(await readFile(archive));
  if (`sha512-${hash.digest('base64')}` !== integrity)
    throw new ProgramError(`${pack} of npm does not have the expected hash ${integrity}.`);
  // The archive has one directory, `package`.
  await run('tar', ['--extract', '--file', archive, '--directory', directory], { signal });
  await unpackDebianPackages(NODE_LIBRARIES, root, { signal });
  await mkdir(bin, { recursive: true });
  await copyFile(join(directory, 'package/bin/node'), join(bin, 'node'));
  await loadImage(name, root, process.arch, {}, target);
}

/** Builds Debian's registry with the paths of the public image, and loads it. */
export async function buildRegistryImage(name, target) {
  const root = join(target.directory, 'registry-root');
  await unpackDebianPackages(['docker-registry', 'libc6'], root, target);
  await mkdir(join(root, REGISTRY_CONFIG, '..'), { recursive: true });
  await writeFile(join(root, REGISTRY_CONFIG), REGISTRY_CONFIG_TEXT);
  const config = { Entrypoint: ['docker-registry', 'serve'], Cmd: [`/${REGISTRY_CONFIG}`] };
  await loadImage(name, root, process.arch, config, target);
}

/** Builds an empty image for ARM, enough to build on without running anything, and loads it. */
export async function buildEmptyArmImage(name, target) {
  const root = join(target.directory, 'arm-root');
  await mkdir(root);
  await loadImage(name, root, 'arm64', {}, target);
}

/**
 * Loads the directory `root` as an image of one layer into a Docker daemon.
 *
 * @param {{ env: NodeJS.ProcessEnv, directory: string, signal: AbortSignal }} target environment of the docker command,
 *   and directory for temporary files
 */
async function loadImage(name, root, arch, config, target) {
  const { env, directory, signal } = target;
  const image = join(directory, 'image');
  await mkdir(image, { recursive: true });
  await run('tar', ['--create', '--file', join(image, 'layer.tar'), '--directory', root, '.'], { signal });
  const hash = createHash('sha256');
  await pipeline(createReadStream(join(image, 'layer.tar')), hash);
  const description = {
    architecture: arch === 'x64' ? 'amd64' : arch,
    os: 'linux',
    config: { Env: ['PATH=/usr/local/bin:/usr/bin:/bin'], ...config },
    history: [{ created_by: 'with-container-engine' }],
    rootfs: { type: 'layers', diff_ids: [`sha256:${hash.digest('hex')}`] },
  };
  await writeFile(join(image, 'config.json'), JSON.stringify(description));
  const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }];
  await writeFile(join(image, 'manifest.json'), JSON.stringify(manifest));
  const archive = join(directory, 'image.tar');
  await run('tar', ['--create', '--file', archive, '--directory', image, '.'], { signal });
  await run('docker', ['load', '--input', archive], { env, signal });
}
