import { spawn } from 'node:child_process';
import { appendFile, cp, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { context, formatMessages } from 'esbuild';

/** Folder of a project for these builds. `nx build` replaces `dist`, and this folder survives that. */
const FOLDER = 'tmp';
/** Names of the files of a bundle and of its sources. It is written after them. */
const FILES = 'files.json';
/** Packages that are built. Of the workspace's packages, some export TypeScript. */
const JAVASCRIPT = /\.[cm]?js$/;
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * @typedef {import('./plugin.mjs').Bundle} Bundle
 * @typedef {import('./plugin.mjs').LocalCloudOptions['app']} App
 */

/** Takes the message of a failed build, or `undefined` after a good one. @typedef {(failure?: string) => void} Report */

/**
 * Bundles the content of the image, unless the bundle of an earlier run is up to date.
 *
 * @param {Bundle} image
 * @param {Report} report takes the failures of later builds
 * @returns {Promise<{ directory: string, watch: () => Promise<void> }>} directory of the build; `watch` builds again after each
 *   change of its files
 * @throws {Error} with the message of the compiler when it does not compile
 */
export async function bundleImage(image, report) {
  const directory = path.join(image.directory, FOLDER);
  if (await isUpToDate(directory)) return { directory, watch: () => watchBundle(image, undefined, report) };
  await new Promise((resolve, reject) => {
    let isFirst = true;
    const onEnd = (/** @type {string | undefined} */ failure) => {
      if (!isFirst) report(failure);
      else if (failure === undefined) resolve(undefined);
      else reject(new Error(failure));
      isFirst = false;
    };
    watchBundle(image, undefined, onEnd).catch(reject);
  });
  return { directory, watch: async () => undefined };
}

/** @param {string} directory of a bundle @returns {Promise<boolean>} whether no file has changed since it was built */
async function isUpToDate(directory) {
  const list = path.join(directory, FILES);
  try {
    /** @type {string[]} */
    const files = JSON.parse(await readFile(list, 'utf8'));
    const { mtimeMs } = await stat(list);
    return (await Promise.all(files.map(isBefore(mtimeMs)))).every(Boolean);
  } catch {
    // There is no bundle yet, or a file was removed.
    return false;
  }
}

/**
 * Returns the directory where {@link watchApp} puts cloud assemblies. Until then it is a link to the one of `nx synth`.
 *
 * @param {Pick<App, 'directory'>} app
 */
export async function linkAssembly({ directory }) {
  const assembly = path.join(directory, FOLDER, 'cdk.out');
  await rm(assembly, { recursive: true, force: true });
  await mkdir(path.dirname(assembly), { recursive: true });
  await symlink(path.join(directory, 'cdk.out'), assembly, 'junction');
  return assembly;
}

/**
 * Synthesizes and type-checks the CDK app after each change of its files. The assembly is replaced when both succeed.
 *
 * @param {App} app
 * @param {string} assembly
 * @param {Report} report
 * @param {() => void} [onStart] is called before each synthesis
 */
export async function watchApp(app, assembly, report, onStart = () => undefined) {
  const synthesizedAt = (await stat(path.join(assembly, 'manifest.json'))).mtimeMs;
  let isFirst = true;
  await watchBundle({ ...app, watched: ['cdk.json'] }, JAVASCRIPT, async (failure, sources) => {
    // `nx synth` has synthesized the first build, unless a file has changed since.
    const isSynthesized = isFirst && (await Promise.all(sources.map(isBefore(synthesizedAt)))).every(Boolean);
    isFirst = false;
    if (failure !== undefined || isSynthesized) return report(failure);
    onStart();
    report(await synthesize(app, assembly).catch(({ message }) => message));
  });
}

/** @param {number} time @returns {(file: string) => Promise<boolean>} whether a file is unchanged since a time */
function isBefore(time) {
  return async (file) => (await stat(file)).mtimeMs <= time;
}

/**
 * @param {App} app
 * @param {string} assembly
 * @returns {Promise<string | undefined>} message of the failure
 */
async function synthesize({ directory, entryPoints: [entryPoint = ''], tsConfig }, assembly) {
  const require = createRequire(path.join(directory, 'package.json'));
  const { context: values } = JSON.parse(await readFile(path.join(directory, 'cdk.json'), 'utf8'));
  // `nx synth` reads the same variables.
  const { INFRA_STAGE: stage, INFRA_CAPACITY: capacity } = process.env;
  const context = { ...values, ...(stage && { stage }), ...(capacity && { capacity }) };
  const next = `${assembly}.next`;
  await rm(next, { recursive: true, force: true });
  const bundle = path.join(directory, FOLDER, `${path.parse(entryPoint).name}.js`);
  const failures = await Promise.all([
    run(directory, ['--enable-source-maps', bundle], {
      CDK_OUTDIR: next,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      // AWS's template validator takes most of the time. It runs in `nx synth`.
      CDK_VALIDATION: 'false',
    }),
    run(directory, [
      require.resolve('typescript/lib/tsc.js'),
      '--build',
      '--emitDeclarationOnly',
      '--pretty',
      tsConfig,
    ]),
  ]);
  const failed = failures.filter((failure) => failure !== undefined);
  if (failed.length > 0) return failed.join('\n');
  await rm(assembly, { recursive: true });
  await rename(next, assembly);
  return undefined;
}

/**
 * Runs a Node.js program.
 *
 * @param {string} cwd
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<string | undefined>} its output, if it fails
 */
async function run(cwd, args, environment) {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...environment } });
  const ended = new Promise((resolve) => void child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return code === 0 ? undefined : `${stdout}${stderr}`.trim();
}

/**
 * Bundles a program, and again after each change of its files.
 *
 * @param {Bundle & { readonly watched?: readonly string[] }} bundle
 * @param {RegExp | undefined} external files of packages that are not bundled
 * @param {(failure: string | undefined, sources: string[]) => Promise<void> | void} onEnd takes the message of a failure, and the files
 *   that were bundled
 */
async function watchBundle({ directory, entryPoints, files = [], watched = [] }, external, onEnd) {
  const outdir = path.join(directory, FOLDER);
  const sources = files.map((file) => path.join(directory, file));
  const watchFiles = [...sources, ...watched.map((file) => path.join(directory, file))];
  const build = await context({
    absWorkingDir: directory,
    entryPoints: [...entryPoints],
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: `node${process.versions.node}`,
    banner: { js: REQUIRE },
    mainFields: ['module', 'main'],
    minifyWhitespace: true,
    // The program may run in another directory.
    sourceRoot: `${pathToFileURL(outdir).href}/`,
    sourcemap: 'external',
    sourcesContent: false,
    logLevel: 'silent',
    // esbuild removes the files of the build before when the next one fails.
    write: false,
    metafile: true,
    plugins: [
      {
        name: 'watch',
        setup({ onResolve, resolve, onEnd: onBuilt }) {
          onResolve({ filter: /.*/ }, ({ kind }) => (kind === 'entry-point' ? { watchFiles } : undefined));
          if (external) {
            onResolve({ filter: /^[^./]/ }, async ({ path: name, kind, pluginData }) => {
              if (pluginData === external) return undefined;
              const resolved = await resolve(name, { kind, resolveDir: directory, pluginData: external });
              return external.test(resolved.path) ? { path: name, external: true } : undefined;
            });
          }
          onBuilt(async ({ errors, outputFiles = [], metafile }) => {
            const bundled = Object.keys(metafile?.inputs ?? {}).map((file) => path.join(directory, file));
            const inputs = [...bundled, ...watchFiles];
            const messages = await formatMessages(errors, { kind: 'error', color: true });
            if (messages.length > 0) return onEnd(messages.join('').trim(), inputs);
            await onEnd(await write(outdir, outputFiles, sources, inputs), inputs);
          });
        },
      },
    ],
  });
  await build.watch();
}

/**
 * Writes the output of a build into a directory, and copies files there.
 *
 * @param {string} directory
 * @param {readonly import('esbuild').OutputFile[]} outputs
 * @param {readonly string[]} files
 * @param {readonly string[]} sources files that were bundled
 * @returns {Promise<string | undefined>} message of the failure
 */
async function write(directory, outputs, files, sources) {
  try {
    await mkdir(directory, { recursive: true });
    for (const { path: file, contents, text: content } of outputs) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, file.endsWith('.map') ? withoutPackages(content) : contents);
      // The program may run in another directory, without its map. Node.js reads no file URL here.
      if (file.endsWith('.js'))
        await appendFile(file, `//# sourceMappingURL=${pathToFileURL(file).pathname}.map\n`);
    }
    for (const file of files) await cp(file, path.join(directory, path.basename(file)));
    const all = [...sources, ...files, ...outputs.map((output) => output.path)];
    await writeFile(path.join(directory, FILES), JSON.stringify(all));
    return undefined;
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/**
 * Removes the positions in installed packages from a source map. Node.js 24 decodes the whole map when a program creates a logger
 * with pino, which takes longer than to start it.
 *
 * @param {string} json
 */
function withoutPackages(json) {
  const map = JSON.parse(json);
  /** @param {import('@jridgewell/sourcemap-codec').SourceMapSegment | undefined} segment */
  const isOwn = (segment) => segment?.[1] !== undefined && !map.sources[segment[1]].includes('node_modules/');
  const lines = decode(map.mappings).map((segments) =>
    // A segment of one number ends the one before.
    segments.flatMap((segment, index) => {
      if (isOwn(segment)) return [segment];
      return isOwn(segments[index - 1]) ? [/** @type {[number]} */ ([segment[0]])] : [];
    }),
  );
  return JSON.stringify({ ...map, mappings: encode(lines) });
}
