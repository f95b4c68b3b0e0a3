import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { cyclonedxEsbuildPlugin } from '@cyclonedx/cyclonedx-esbuild';
import type { BuildResult, PluginBuild } from 'esbuild';
import { type Context, nxCommand } from '../executor';
import { BuildOutputError } from '../errors';
import type { Executor } from '../executor';

interface SbomOptions {
  readonly metafile: string;
  readonly output: string;
}

type ByPath<T> = Readonly<Record<string, T>>;

/** The parts of esbuild's metafile that the generator reads. */
interface Metafile {
  readonly inputs: ByPath<{
    readonly imports: readonly { readonly path: string; readonly external?: true }[];
  }>;
  readonly outputs: ByPath<{
    readonly entryPoint?: string;
    readonly inputs: ByPath<{ readonly bytesInOutput: number }>;
  }>;
}

/**
 * Writes the CycloneDX list of the packages in the bundle.
 *
 * The list is not part of the build output: its texts would change the hash of the image.
 */
export const sbom: Executor<SbomOptions> = {
  async run(options, context) {
    const { terminal, projectRoot, workspaceRoot } = context;
    const metafile = resolve(projectRoot, options.metafile);
    const output = resolve(workspaceRoot, options.output);
    if (!existsSync(metafile))
      throw new BuildOutputError(`${metafile} does not exist. Build it: ${nxCommand(context, 'build')}`);
    const relocated = relocate(JSON.parse(await readFile(metafile, 'utf8')), context);
    await writeSbom(relocated, projectRoot, output);
    const { components } = JSON.parse(await readFile(output, 'utf8')) as { components: unknown[] };
    terminal.print(`${components.length} packages are in the bundle: ${output}`);
  },
};

/** Calls the plugin of the generator as esbuild does at the end of a build. */
async function writeSbom(metafile: Metafile, absWorkingDir: string, outputFile: string): Promise<void> {
  const { setup } = cyclonedxEsbuildPlugin({
    outputFile,
    outputReproducible: true,
    gatherLicenseTexts: true,
    validate: false,
    logLevel: 'silent',
  });
  const ends: ((result: BuildResult) => unknown)[] = [];
  const build: Partial<PluginBuild> = { initialOptions: { absWorkingDir }, onEnd: (end) => ends.push(end) };
  await setup(build as PluginBuild);
  for (const end of ends) await end({ metafile } as BuildResult);
}

/**
 * Makes paths relative to the project, which the generator then takes as the list's subject, and removes inputs without
 * code in the bundle.
 *
 * @param metafile with paths relative to the workspace
 */
function relocate({ inputs, outputs }: Metafile, { projectRoot, workspaceRoot }: Context): Metafile {
  const local = (path: string): string =>
    relative(projectRoot, join(workspaceRoot, path)).split(sep).join('/');
  const mapped = <T, U>(record: ByPath<T>, change: (value: T) => U): ByPath<U> =>
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
