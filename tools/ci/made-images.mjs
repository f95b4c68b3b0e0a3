// Images made on this machine, for an engine of this run only, where their public ones cannot be pulled.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from '@spa-on-aws/nx';
import { unpackDebianPackages } from './debian-packages.mjs';
import { ImageUnavailableError } from '@spa-on-aws/nx';

/** A repack of Node's own build by a third party, so that its content is pinned. */
const NODE_VERSION = '24.21.0';
/** @type {Readonly<Record<string, string>>} */
const NODE_INTEGRITY = {
  x64: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  arm64: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

/** What Node's build needs of Debian. */
const NODE_LIBRARIES = ['libc6', 'libgcc-s1', 'libstdc++6'];

/** Where the public registry image has its configuration, and what matters of it. */
const REGISTRY_CONFIG = 'etc/docker/registry/config.yml';
const REGISTRY_CONFIG_TEXT = `version: 0.1
storage:
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
`;

/**
 * How to make one image.
 *
 * @typedef {(engine: import('@spa-on-aws/nx').Engine, name: string, directory: string, signal: AbortSignal) => Promise<void>} Make
 */

/**
 * Debian's libraries and Node for this machine's architecture.
 *
 * @type {Make}
 */
export async function makeNodeImage(engine, name, directory, signal) {
  const integrity = NODE_INTEGRITY[process.arch];
  if (!integrity)
    throw new ImageUnavailableError(
      `${name} can be made for ${Object.keys(NODE_INTEGRITY).join(' and ')}, not ${process.arch}.`,
    );
  const unpacked = join(directory, 'node-package');
  const root = join(directory, 'node-root');
  await mkdir(unpacked, { recursive: true });
  const pack = `node-linux-${process.arch}@${NODE_VERSION}`;
  const archive = (
    await run('npm', ['pack', pack, '--silent', '--pack-destination', directory], { cwd: directory, signal })
  ).trim();
  const found = `sha512-${createHash('sha512')
    .update(await readFile(join(directory, archive)))
    .digest('base64')}`;
  if (found !== integrity)
    throw new ImageUnavailableError(
      `npm's ${pack} is ${found}, not ${integrity}: it is not the one this check was written for.`,
    );
  await run('tar', ['--extract', '--file', join(directory, archive), '--directory', unpacked], { signal });
  await unpackDebianPackages(NODE_LIBRARIES, root, { signal });
  await mkdir(join(root, 'usr/local/bin'), { recursive: true });
  await copyFile(join(unpacked, 'package/bin/node'), join(root, 'usr/local/bin/node'));
  await loadImage(engine, name, { directory, root, architecture: process.arch, config: {} }, signal);
}

/**
 * Debian's registry, where the public image has it.
 *
 * @type {Make}
 */
export async function makeRegistryImage(engine, name, directory, signal) {
  const root = join(directory, 'registry-root');
  await unpackDebianPackages(['docker-registry', 'libc6'], root, { signal });
  await mkdir(join(root, REGISTRY_CONFIG, '..'), { recursive: true });
  await writeFile(join(root, REGISTRY_CONFIG), REGISTRY_CONFIG_TEXT);
  const config = { Entrypoint: ['docker-registry', 'serve'], Cmd: [`/${REGISTRY_CONFIG}`] };
  await loadImage(engine, name, { directory, root, architecture: process.arch, config }, signal);
}

/**
 * An image of ARM with nothing in it: enough to build on without running anything.
 *
 * @type {Make}
 */
export async function makeEmptyArmImage(engine, name, directory, signal) {
  const root = join(directory, 'arm-root');
  await mkdir(root);
  await loadImage(engine, name, { directory, root, architecture: 'arm64', config: {} }, signal);
}

/**
 * Loads a directory into an engine, as an image of one layer.
 *
 * @param {import('@spa-on-aws/nx').Engine} engine
 * @param {string} name
 * @param {{ directory: string, root: string, architecture: string, config: object }} content
 * @param {AbortSignal} signal
 */
async function loadImage(engine, name, { directory, root, architecture, config }, signal) {
  const image = join(directory, 'image');
  await mkdir(image, { recursive: true });
  await run('tar', ['--create', '--file', join(image, 'layer.tar'), '--directory', root, '.'], { signal });
  const hash = createHash('sha256');
  await pipeline(createReadStream(join(image, 'layer.tar')), hash);
  const description = {
    architecture: architecture === 'x64' ? 'amd64' : architecture,
    os: 'linux',
    config: { Env: ['PATH=/usr/local/bin:/usr/bin:/bin'], ...config },
    // podman wants one entry for each layer.
    history: [{ created_by: 'container-test' }],
    rootfs: { type: 'layers', diff_ids: [`sha256:${hash.digest('hex')}`] },
  };
  await writeFile(join(image, 'config.json'), JSON.stringify(description));
  const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }];
  await writeFile(join(image, 'manifest.json'), JSON.stringify(manifest));
  const archive = join(directory, 'image.tar');
  await run('tar', ['--create', '--file', archive, '--directory', image, '.'], { signal });
  await engine.run(['load', '--input', archive]);
}
