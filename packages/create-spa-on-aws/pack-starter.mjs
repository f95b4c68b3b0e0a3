// Copies the starter from the repository into this package, without what only the repository needs. npm runs it when it
// packs the package.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, getFileInfo, resolveConfig } from 'prettier';

const REPOSITORY = path.join(import.meta.dirname, '../..');

const PATHS = [
  ...['.editorconfig', '.env', '.gitignore', '.npmrc', '.nvmrc', '.prettierignore', '.prettierrc'],
  ...['.devcontainer', '.github', '.vscode', 'apps', 'docs', 'libs'],
  ...[
    'README.md',
    'esbuild.config.js',
    'eslint.config.js',
    'nx.json',
    'package.json',
    'tsconfig.base.json',
    'tsconfig.json',
  ],
];

/** About the repository, not about a team's workspace. */
const LEFT_OUT =
  /^(\.github\/(ISSUE_TEMPLATE\/|workflows\/release\.yml)|apps\/api\/bench\/|docs\/decisions\/02[78]-)/;

const TOOLS = ['cloudformation', 'local-cloud', 'nx', 'sign-in', 'template-checks'];
/** Development dependencies that a workspace does not need, those of benchmarks too. `nx add @nx/react` adds generators. */
const BUILD_TOOLS = [
  '@cyclonedx/cyclonedx-esbuild',
  '@nx/node',
  '@nx/react',
  '@types/oidc-provider',
  'autocannon',
  'fastify',
  'knip',
  'oxlint',
  'oxlint-tsgolint',
  'tsdown',
];
/** A rule of oxlint. ESLint is fast enough for a workspace without the tools, and needs 40 MB less. */
const RULE = `  {
    files: ['**/*.ts', '**/*.tsx'],
    ignores: ['**/*.config.ts', '**/*.d.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: { '@typescript-eslint/no-floating-promises': 'error' },
  },
`;
/** The tables of dynalite are in memory. Its packages for files are native code. */
const MEMORY_ONLY = { dynalite: { level: 'npm:memory-level@3.1.0' } };
const SOURCE_CONDITION = '@spa-on-aws/source';

/** npm leaves out files with these names. @param {string} file */
export const packedName = (file) => file.replace(/(^|\/)\.(gitignore|npmrc)$/, '$1_$2');

/**
 * Writes the starter into a directory.
 *
 * @param {string} directory
 * @param {string} [repository] Clone with the starter's files. Default: the one of this file.
 */
export async function packStarter(directory, repository = REPOSITORY) {
  rmSync(directory, { recursive: true, force: true });
  const files = execFileSync('git', ['ls-files', '-z', '--', ...PATHS], {
    cwd: repository,
    encoding: 'utf8',
  });
  for (const file of files.split('\0')) {
    const source = path.join(repository, file);
    if (file === '' || LEFT_OUT.test(file) || !existsSync(source)) continue;
    const target = path.join(directory, packedName(file));
    mkdirSync(path.dirname(target), { recursive: true });
    if (/\.(png|ico)$/.test(file)) {
      cpSync(source, target);
      continue;
    }
    const text = readFileSync(source, 'utf8');
    const own = forTeams(file, text);
    writeFileSync(target, own === text ? own : await formatted(own, source));
  }
}

/** @param {string} text @param {string} file */
async function formatted(text, file) {
  const { inferredParser: parser } = await getFileInfo(file);
  if (parser === null) return text;
  return format(text, { ...(await resolveConfig(file, { editorconfig: true })), parser });
}

/**
 * Returns the text of a file without what refers to the repository's packages as folders.
 *
 * @param {string} file
 * @param {string} text
 */
function forTeams(file, text) {
  const name = path.basename(file);
  if (name === 'package.json') return json(manifest(JSON.parse(text)));
  if (file === 'nx.json') {
    const configuration = JSON.parse(withoutCondition(text));
    delete configuration.release;
    return json(configuration);
  }
  if (/^tsconfig.*\.json$/.test(name)) {
    return withoutCondition(text)
      .replace(/\{\s*"path":\s*"[./]*(packages|bench)\/[^"]*"\s*\},?\s*/g, '')
      .replace(/,(\s*\])/g, '$1');
  }
  if (file === 'eslint.config.js')
    return text.replace(' `.oxlintrc.json` has more.', '').replace(/(?=^ {2}prettier,$)/m, RULE);
  if (file.startsWith('.vscode/'))
    return text.replace(/^\s*"packages\/.*\n/gm, '').replace(/,(\s*\])/g, '$1');
  if (name === '.prettierignore') return text.replace(/^packages\/.*\n/gm, '');
  if (/\.(md|yml)$/.test(name)) return document(file, text);
  return withoutCondition(text);
}

/** @param {Record<string, any>} manifest of the workspace or of a project */
function manifest({ scripts, workspaces, devDependencies, overrides, nx, ...rest }) {
  const isRoot = workspaces !== undefined;
  const kept = Object.entries(devDependencies ?? {}).filter(([name]) => !BUILD_TOOLS.includes(name));
  return {
    ...rest,
    // The configuration of knip and the project registry are about the packages.
    ...(scripts && {
      scripts: {
        ...scripts,
        pretest: undefined,
        test: scripts.test
          ?.replace('nx', 'nx sync:check && prettier --check . && nx')
          .replace('check lint', 'lint typecheck')
          .replace(' --exclude=registry', '')
          .replace(/ \|\| node .*/, ''),
        'test:release': undefined,
      },
    }),
    // Of the packages with install scripts, a workspace has these.
    ...(isRoot && { workspaces: ['apps/*', 'libs/*'], allowScripts: { esbuild: true, nx: true } }),
    ...(devDependencies && { devDependencies: Object.fromEntries(kept) }),
    ...(overrides && { overrides: { ...overrides, 'node-fetch': undefined, ...MEMORY_ONLY } }),
    ...(nx && { nx: withoutTools(nx) }),
  };
}

/** Removes references to the projects of the tools. @param {any} value of the `nx` property @returns {any} */
function withoutTools(value) {
  if (Array.isArray(value)) {
    return value
      .filter((item) => !TOOLS.some((tool) => item === `!${tool}` || item?.projects?.includes(tool)))
      .map(withoutTools);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, withoutTools(item)])
      .filter(([key, item]) => !(key === 'implicitDependencies' && item.length === 0))
      .filter(([, item]) => item?.command !== 'node bench/bench.mjs'),
  );
}

/** Removes lines such as `"customConditions": […]`. @param {string} text */
function withoutCondition(text) {
  const lines = text.split('\n');
  return lines
    .filter((line) => !line.includes(`'${SOURCE_CONDITION}'`) && !line.includes(`"${SOURCE_CONDITION}"`))
    .join('\n');
}

/** Returns a document or workflow for teams. @param {string} file with `/`, as git names it @param {string} text */
export function document(file, text) {
  const changed = text
    .replace(/(\.\.\/)*packages\/(?!create-spa-on-aws)([a-z-]+)/g, (_match, _up, name) =>
      path.posix.join(path.posix.relative(path.posix.dirname(file), '.'), 'node_modules/@spa-on-aws', name),
    )
    .replaceAll('node tools/ci/with-container-engine.mjs npx nx', 'npx nx')
    .replace(/^ +- run: npx oxlint\n/gm, '')
    .replace(/\n```sh\nnpx nx bench api.*?(?=\n## )/s, '')
    // A workspace installs the plugin built.
    .replace(/^(?: +- shell: bash\n +run: )?npx nx build nx-plugin.*\n/gm, '')
    .replace(/npx nx serve local-cloud( *)/g, 'npx nx synth infra && npx local-cloud$1')
    .replace(/npx nx inspect local-cloud( *)/g, 'npx nx synth infra && npx local-cloud inspect$1');
  if (file !== 'README.md') return changed;
  return changed
    .replace(/\nThe tools, which you install:.*?(?=\n\[`docs`\])/s, '')
    .replace(
      /\n## (Create your own workspace|What is tested, and what is not|Contribute|License)\n.*?(?=\n## |$)/gs,
      '',
    )
    .replaceAll('npm ci && ', 'npm install && ')
    .replace(
      /otherwise it installs one first:.*?install\./s,
      'otherwise run `npx playwright install chromium` before.',
    )
    .replace(/^.*npx nx mutate.*\n/gm, '')
    .replace(' (`api`, `local-cloud`)', '');
}

/** @param {unknown} value */
function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (import.meta.filename === process.argv[1])
  await packStarter(path.join(import.meta.dirname, 'dist/starter'));
