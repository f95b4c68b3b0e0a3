import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { read, ROOT, tracked } from './repository.mjs';

// Each command of a document, in a block or a sentence, is run by a test, or here, or has a reason why no test runs it.
// Of a decision record only the blocks count, because its sentences do not ask the reader to run a command.

/**
 * Returns the commands in the shell blocks of a document, one line each, without comments. Nothing else is in a block with `sh`.
 *
 * @param {string} file
 */
function commandsIn(file) {
  const blocks = [...read(file).matchAll(/^( *)```sh\n(.*?)^\1```/gms)].map(([, , code = '']) => code);
  return blocks
    .flatMap((code) => code.replace(/ *\\\n\s*/g, ' ').match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|[^\n"'])+/g) ?? [])
    .map((line) => line.replace(/(^|\s+)# .*$/, '').trim())
    .filter((line) => line !== '');
}

/**
 * Returns the commands in the sentences of a document. `nx serve` is the name of a target: a command starts with the program.
 *
 * @param {string} file
 */
function commandsInSentences(file) {
  const text = read(file).replace(/^( *)```.*?^\1```/gms, '');
  return [...text.matchAll(/`((?:\w+=\S+ )*(?:cd \S+ && )?(?:npx|npm|node) [^`\n]+)`/g)]
    .map(([, command = '']) => command)
    .filter((command) => !/<|…|^npm (create|pack)$/.test(command));
}

/** Nothing is deployed by a test of this repository. */
const AWS = 'needs an account of AWS';

/** Commands, and the text by which a test or a workflow runs them. @type {[command: RegExp, file: string, text: string][]} */
const TESTED = [
  [/^npm (ci|install)( && npm test)?$/, '.ci/run', 'npm ci && npm test'],
  [/^npm test$/, '.ci/run', 'npm ci && npm test'],
  [/^npx nx (test \S+|build \S+|synth infra)$/, 'package.json', '-t check lint test build synth'],
  [/^npx nx run-many -t /, '.github/workflows/checks.yml', 'npx nx run-many -t lint typecheck test build'],
  [/^npx nx affected -t /, '.github/workflows/checks.yml', 'npx nx affected -t lint typecheck test build'],
  [/^npx oxlint$/, 'tools/ci/package.json', '"oxlint"'],
  [/^npm run test:release$/, '.github/workflows/release.yml', 'npx nx e2e registry'],
  [
    /^npx nx synth infra (-c|--stage=)/,
    '.github/workflows/checks.yml',
    'npx nx synth infra --stage="$STAGE"',
  ],
  [
    /^npx nx synth infra --capacity=/,
    'packages/nx/src/run-executor.test.ts',
    "'synth --stage=pr-1 --capacity=fargate",
  ],
  [/^npx template-checks cost --stack /, 'packages/template-checks/src/cli.test.ts', "'cost"],
  [/^npx nx e2e (web-e2e|sign-in|local-cloud)$/, 'package.json', 'nx run-many -t e2e'],
  [/^(npm ci && |npm install && )?npx nx serve$/, 'tools/registry/sign-in.mjs', "['nx', 'serve']"],
  [
    /^LOCAL_CLOUD_PORT=\d+ npx nx serve$/,
    'packages/local-cloud/src/cli/options.test.ts',
    "LOCAL_CLOUD_PORT: '5300'",
  ],
  [
    /^LOCAL_CLOUD_LOG_LEVEL=debug npx nx serve$/,
    'packages/local-cloud/src/cli/options.test.ts',
    "LOCAL_CLOUD_LOG_LEVEL: 'debug'",
  ],
  [
    /^INFRA_CAPACITY=lambda npx nx serve local-cloud$/,
    'packages/nx/src/options.test.ts',
    "variable: 'INFRA_",
  ],
  [/^npx nx serve api$/, 'apps/api/test/api-process.ts', "run(['main.js']"],
  [/^curl '?http:\/\/localhost:8080\/api\/greeting/, '.ci/run', 'npx nx container-test api'],
  [/^npx nx inspect local-cloud$/, 'tools/registry/published.e2e.mjs', "'local-cloud', 'inspect'"],
  [
    /^node tools\/ci\/with-container-engine/,
    '.ci/run',
    'with-container-engine.mjs npx nx container-test api',
  ],
  [/^npx nx verify infra/, '.github/workflows/checks.yml', 'npx nx run-many -t synth verify'],
  [/^npx nx cost infra$/, 'libs/infra/src/template-checks.test.ts', 'toMatchFileSnapshot(COST_MD)'],
  [/ --requests[ =]/, 'packages/template-checks/src/cli.test.ts', 'cost --requests='],
  [/ --details$/, 'packages/template-checks/src/cli.test.ts', '--details'],
  [/ --without-free$/, 'packages/template-checks/src/cli.test.ts', '--without-free'],
  [
    /^npx nx g @spa-on-aws\/nx:endpoint /,
    'packages/nx/src/generators/generators.test.ts',
    'endpointGenerator(',
  ],
  [/^npx nx g @spa-on-aws\/nx:table /, 'packages/nx/src/generators/generators.test.ts', 'tableGenerator('],
  [
    /^npx nx g @spa-on-aws\/nx:init( |$)/,
    'packages/nx/src/generators/workspace-generators.test.ts',
    'initGenerator(',
  ],
  [
    /^npx nx g @spa-on-aws\/nx:rename /,
    'packages/nx/src/generators/workspace-generators.test.ts',
    'renameGenerator(',
  ],
  [
    /npx nx migrate --run-migrations$/,
    'packages/nx/src/generators/merge-starter.test.ts',
    'starterMigration(',
  ],
  [/^npx nx serve local-cloud$/, 'packages/local-cloud/e2e/fixtures.ts', "fork('dist/main.js'"],
  [/^npx nx g @spa-on-aws\/nx:page /, 'packages/nx/src/generators/generators.test.ts', 'pageGenerator('],
  [
    /^(npm create spa-on-aws( |$)|cd (\.\.\/)?)(my-shop|$)/,
    'tools/registry/published.e2e.mjs',
    "'create', '--yes', 'spa-on-aws', 'my-shop'",
  ],
  [
    /^(npm run prepack -w|node) packages\/create-spa-on-aws/,
    'packages/create-spa-on-aws/src/create.test.ts',
    'packStarter(',
  ],
  [/ --local-tools --from /, 'packages/create-spa-on-aws/src/merge-into-clone.test.ts', 'mergeIntoClone('],
  [
    /^npm install .*@spa-on-aws\//,
    'tools/registry/published.e2e.mjs',
    "'install', '@spa-on-aws/template-checks'",
  ],
  [/^npx cdk synth$/, 'packages/nx/test/journey.test.ts', 'cdkCli(installedCdk'],
  [
    /^npx (@spa-on-aws\/)?local-cloud /,
    'tools/registry/published.e2e.mjs',
    "'@spa-on-aws/local-cloud', '--template'",
  ],
  [
    /^npx local-cloud inspect .*--json/,
    'packages/local-cloud/src/cli/options.test.ts',
    "'inspect', '--json'",
  ],
  [
    /^npx @?[\w/-]*template-checks verify --only /,
    'tools/registry/published.e2e.mjs',
    "'template-checks', 'verify', '--only'",
  ],
  [
    /^npx template-checks verify($| --(stack|deployed))/,
    'packages/template-checks/src/cli.test.ts',
    "'verify'",
  ],
  [/^npx template-checks verify --json/, 'packages/template-checks/src/cli.test.ts', 'verify --json'],
  [/^npx template-checks verify --sarif/, 'packages/template-checks/src/cli.test.ts', 'verify --sarif'],
  [/^curl .*\$console\/switches/, 'packages/local-cloud/src/console/handler.test.ts', '/switches'],
];

/** Commands that are run here: they change nothing. @type {[command: RegExp, shown: (command: string) => string][]} */
const RUN = [
  [/^git rm -r /, (command) => command.replace('git rm', 'git rm --dry-run --force --quiet')],
  [/^git grep .* \| xargs /, (command) => command.split(' | xargs')[0] ?? ''],
  [
    /npx (vitest run|playwright test) [\w./-]+/,
    (command) => `git ls-files | grep "/${/ (?:run|test) ([\w./-]+)/.exec(command)?.[1]}"`,
  ],
  [/^npm uninstall -w /, (command) => `${command} --dry-run --no-audit --package-lock-only`],
  [
    /^npm run (verify|local-cloud)$/,
    (command) => `grep '"${command.slice(8)}": "' docs/how-to/without-nx.md`,
  ],
  [/npx nx show projects$/, (command) => command],
  [/^node -e 0$/, (command) => command],
];

/** Commands that no test runs. @type {[command: RegExp, reason: string][]} */
const NOT_RUN = [
  [/^(aws|monitor=\$\(aws) /, AWS],
  [/^export AWS_/, AWS],
  [/^(\w+=\S+ (… )?)*npx nx e2e web-e2e( -c (deployed|parity))?$/, AWS],
  [/^(console|json)=/, 'sets a variable for the next lines'],
  [/^npx nx migrate @spa-on-aws\/nx$/, 'needs a newer version on npm'],
  [/^npx nx reset$/, 'stops the daemon and removes the cache that others use'],
  [/npm run format( && npm test)?$/, 'writes files; that they are formatted is tested'],
  [/^npx nx e2e web-e2e --ui$/, 'opens a window'],
  [/^npx playwright show-report /, 'serves until it is stopped'],
  [/^npx cdk gc /, AWS],
  [/^docker run /, 'needs an image of the reader'],
  [/^SEED=\S+ npx nx test sign-in$/, 'the seed of a failure; without one, it is tested'],
  [/^chromium --headless --screenshot/, 'draws an image that is committed'],
  [/^cd libs\/infra && npx cdk synth .*--strict/, 'the same as `npx nx synth infra`, by the CDK'],
  [
    /^curl --head http:\/\/localhost:4300\/$/,
    'needs the local cloud of the reader; the contract sends the same request',
  ],
  [
    /^npx nx (mutate|bench|bench-serve) (web|api|local-cloud)$/,
    'takes minutes, and its numbers depend on the machine',
  ],
  [
    /^npx playwright install (chromium|firefox webkit)$/,
    'downloads a browser; the tests use an installed one',
  ],
];

const documents = tracked('*.md');
const sentences = documents.filter((file) => !file.startsWith('docs/decisions/'));
const found = [...documents.flatMap(commandsIn), ...sentences.flatMap(commandsInSentences)];
const commands = [...new Set(found)].flatMap((line) =>
  /^npx nx \S+ infra && npx/.test(line) ? line.split(' && ') : [line],
);

/** Tests of the plugin that run executors by their name. */
const executorTests = tracked('packages/nx/src/**/*.test.ts', 'packages/nx/test/journey.test.ts')
  .map(read)
  .join('\n');
const { executors } = JSON.parse(read('packages/nx/executors.json'));

/** @param {string} command */
function isExecutorOfTests(command) {
  const [, name = ''] = /^npx nx (\S+) (?:infra|api)\b/.exec(command) ?? [];
  return name in executors && new RegExp(`['\`]${name}[ '\`]`).test(executorTests);
}

test.each(commands)('%s', (command) => {
  const tested = TESTED.filter(([pattern]) => pattern.test(command));
  for (const [, file, text] of tested) expect(read(file)).toContain(text);
  const run = RUN.find(([pattern]) => pattern.test(command));
  if (run) execFileSync('bash', ['-c', run[1](command)], { cwd: ROOT, stdio: 'pipe' });
  const isExplained = NOT_RUN.some(([pattern]) => pattern.test(command));
  expect(tested.length > 0 || run !== undefined || isExplained || isExecutorOfTests(command)).toBe(true);
});

test('every entry is of a command that a document has', () => {
  const unused = [...TESTED, ...RUN, ...NOT_RUN].filter(
    ([pattern]) => !commands.some((one) => pattern.test(one)),
  );
  expect(unused.map(([pattern]) => String(pattern))).toEqual([]);
});
