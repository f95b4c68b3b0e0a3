// Writes the CycloneDX list of the packages whose code is in the bundle, from esbuild's own account of it.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { run } from './command.mjs';
import { ContainerError } from './errors.mjs';

const PROJECT = resolve(import.meta.dirname, '..');
const WORKSPACE = resolve(PROJECT, '../..');
const METAFILE = join(PROJECT, 'dist/meta.json');
/** Not among the build output: the image would count as changed whenever the list does, by a word in a description. */
const SBOM = join(WORKSPACE, 'dist/sbom/api.cdx.json');
const GENERATOR = join(
  createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-esbuild'),
  '../../bin/cyclonedx-esbuild-cli.js',
);

/**
 * What the generator reads of esbuild's metafile.
 *
 * @typedef {object} Metafile
 * @property {Record<string, { imports: { path: string, external?: boolean }[] }>} inputs
 * @property {Record<string, { entryPoint?: string, inputs: Record<string, { bytesInOutput: number }> }>} outputs
 */

/**
 * Leaves out what esbuild looked at and did not take, and gives paths from the project's directory, so that the
 * generator takes the project for the subject.
 *
 * @param {Metafile} metafile with paths from the workspace's root
 * @returns {Metafile}
 */
function ofProject({ inputs, outputs }) {
  /** @param {string} path */
  const local = (path) => relative(PROJECT, join(WORKSPACE, path)).split(sep).join('/');
  /**
   * @template T, U
   * @param {Record<string, T>} record
   * @param {(value: T) => U} change
   */
  const mapped = (record, change) =>
    Object.fromEntries(Object.entries(record).map(([path, value]) => [local(path), change(value)]));
  return {
    inputs: mapped(inputs, ({ imports }) => ({
      imports: imports.map((imported) =>
        imported.external ? imported : { ...imported, path: local(imported.path) },
      ),
    })),
    outputs: mapped(outputs, ({ entryPoint, inputs: parts }) => ({
      ...(entryPoint && { entryPoint: local(entryPoint) }),
      inputs: mapped(
        Object.fromEntries(Object.entries(parts).filter(([, { bytesInOutput }]) => bytesInOutput > 0)),
        (part) => part,
      ),
    })),
  };
}

async function writeSbom() {
  if (!existsSync(METAFILE))
    throw new ContainerError(`${METAFILE} is missing: run "npx nx build api" first.`);
  const directory = await mkdtemp(join(tmpdir(), 'spa-on-aws-sbom-'));
  try {
    const metafile = join(directory, 'meta.json');
    await writeFile(metafile, JSON.stringify(ofProject(JSON.parse(await readFile(METAFILE, 'utf8')))));
    const options = ['--output-reproducible', '--gather-license-texts', '--output-file', SBOM];
    await run(process.execPath, [GENERATOR, ...options, '--build-working-dir', PROJECT, metafile]);
  } finally {
    await rm(directory, { recursive: true });
  }
  const { components } = JSON.parse(await readFile(SBOM, 'utf8'));
  process.stdout.write(`${components.length} packages are in the bundle: ${SBOM}\n`);
}

await writeSbom().catch((error) => {
  if (!(error instanceof ContainerError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
