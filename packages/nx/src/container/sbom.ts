import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type Context, nxCommand } from '../executor';
import { BuildOutputError } from '../errors';
import type { Executor } from '../executor';
import { runProgram } from './program';

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
    const { terminal, projectRoot, workspaceRoot, interruption } = context;
    const metafile = resolve(projectRoot, options.metafile);
    const output = resolve(workspaceRoot, options.output);
    if (!existsSync(metafile))
      throw new BuildOutputError(`${metafile} does not exist. Build it: ${nxCommand(context, 'build')}`);
    const directory = await mkdtemp(join(tmpdir(), 'sbom-'));
    try {
      const relocated = relocate(JSON.parse(await readFile(metafile, 'utf8')), context);
      await writeFile(join(directory, 'meta.json'), JSON.stringify(relocated));
      await mkdir(dirname(output), { recursive: true });
      const settings = ['--output-reproducible', '--gather-license-texts', '--output-file', output];
      const args = [...settings, '--build-working-dir', projectRoot, join(directory, 'meta.json')];
      const generator = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-esbuild');
      const script = join(generator, '../../bin/cyclonedx-esbuild-cli.js');
      await runProgram(process.execPath, [script, ...args], { signal: interruption.signal });
    } finally {
      await rm(directory, { recursive: true });
    }
    const { components } = JSON.parse(await readFile(output, 'utf8')) as { components: unknown[] };
    terminal.print(`${components.length} packages are in the bundle: ${output}`);
  },
};

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
