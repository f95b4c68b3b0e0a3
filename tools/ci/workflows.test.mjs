import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const GITHUB = path.join(ROOT, '.github');

/** @param {string} file */
const read = (file) => readFileSync(path.join(GITHUB, file), 'utf8');

const yamlFiles = readdirSync(GITHUB, { recursive: true })
  .map(String)
  .filter((file) => /\.ya?ml$/.test(file));

test.each(yamlFiles)('%s uses actions of others at a fixed commit', (file) => {
  const uses = [...read(file).matchAll(/uses: (\S+)(.*)/g)].filter(([, action]) => !action?.startsWith('./'));
  for (const [, action, comment] of uses) {
    expect(action).toMatch(/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/);
    expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/);
  }
});

test('only the clean-up of previews runs on pull_request_target, and it checks out the default branch', () => {
  const privileged = yamlFiles.filter((file) => /^\s+pull_request_target:/m.test(read(file)));
  expect(privileged).toEqual(['workflows/preview-cleanup.yml']);
  const workflow = read('workflows/preview-cleanup.yml');
  expect(workflow).toContain('ref: ${{ github.event.repository.default_branch }}');
  expect(workflow).not.toContain('pull_request.head');
});

test('the role of previews cannot assume a role that changes all stacks', () => {
  const [preview = ''] = /^ {2}PreviewPolicy:[^]*?(?=^Outputs:)/m.exec(read('aws/deploy-role.yaml')) ?? [];
  const resources = [...preview.matchAll(/!Sub arn:\S+:(\w+\/\S+)/g)].map(([, resource]) => resource);
  expect(resources.filter((resource) => resource?.startsWith('role/'))).toEqual(
    ['file-publishing', 'image-publishing', 'cfn-exec'].map(
      (role) => `role/cdk-\${BootstrapQualifier}-${role}-role-\${AWS::AccountId}-*`,
    ),
  );
  expect(resources.filter((resource) => resource?.startsWith('stack/'))).toEqual([
    expect.stringMatching(/^stack\/[a-z-]+-pr-\*\/\*$/),
  ]);
});

const [ROLE = '', PROD_POLICY = '', PREVIEW_POLICY = ''] = read('aws/deploy-role.yaml').split(
  /^ {2}(?:Prod|Preview)Policy:/m,
);

test.each([
  ['prod', PROD_POLICY, ['deploy', 'stack', 'users']],
  ['preview', PREVIEW_POLICY, ['deploy', 'stack', 'users', 'destroy']],
])('the role of %s has permission for what the commands of its workflow call', (_, policy, folders) => {
  const commands = path.join(ROOT, 'packages/nx/src');
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(commands, folder))
      .filter((file) => /(?<!\.test)\.ts$/.test(file))
      .map((file) => path.join(folder, file)),
  );
  const operations = [...files, 'rollback/releases.ts'].flatMap((file) =>
    [...readFileSync(path.join(commands, file), 'utf8').matchAll(/new (\w+)Command\(|paginate(\w+)\(/g)].map(
      ([, command, pages]) => command ?? pages ?? '',
    ),
  );
  // Actions with other names than their operations.
  const names = { DeleteObjects: 'DeleteObject', ListObjectVersions: 'ListBucketVersions' };
  // The workflows do not use the option --group.
  const unused = ['AdminAddUserToGroup', 'ListGroups'];
  expect(operations).toContain('DescribeStacks');
  const actions = [...(ROLE + policy).matchAll(/\b[a-z0-9-]+:(\w+)$/gm)].map(([, action]) => action);
  const denied = operations.filter(
    (name) => !unused.includes(name) && !actions.includes(names[name] ?? name),
  );
  expect(denied).toEqual([]);
});

/**
 * Runs the clean-up with these programs instead of the AWS CLI, the GitHub CLI and npx.
 *
 * @param {Record<string, string>} programs script by name
 */
function cleanUp(programs) {
  const directory = mkdtempSync(path.join(tmpdir(), 'ci-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(path.join(directory, name), `#!/bin/bash\n${script}\n`);
    chmodSync(path.join(directory, name), 0o755);
  }
  const log = path.join(directory, 'npx.log');
  const summary = path.join(directory, 'summary.md');
  const { status } = spawnSync(path.join(GITHUB, 'scripts/destroy-closed-previews.sh'), {
    cwd: ROOT,
    env: {
      ...process.env,
      PATH: `${directory}:${process.env['PATH']}`,
      LOG: log,
      GITHUB_STEP_SUMMARY: summary,
    },
  });
  const [, , ...rows] = readFileSync(summary, 'utf8').trim().split('\n');
  return { status, rows, commands: readFileSync(log, { encoding: 'utf8', flag: 'a+' }) };
}

const { project } = JSON.parse(readFileSync(path.join(ROOT, 'libs/infra/cdk.json'), 'utf8')).context;

const PROGRAMS = {
  aws: ['7', '8', '9', 'demo'].map((name) => `echo ${project}-pr-${name}`).join('\n'),
  gh: 'case "$3" in 7) echo OPEN;; 8) echo MERGED;; 9) echo CLOSED;; *) exit 1;; esac',
  npx: 'echo "$@" >> "$LOG"',
};

test('the clean-up destroys the stages of pull requests that are not open, and reports all', () => {
  expect(cleanUp(PROGRAMS)).toEqual({
    status: 0,
    commands: [8, 9].map((pr) => `nx run infra:destroy --stage=pr-${pr} --yes\n`).join(''),
    rows: [
      '| pr-7 | #7 open | kept |',
      '| pr-8 | #8 merged | destroyed |',
      '| pr-9 | #9 closed | destroyed |',
    ],
  });
});

test('the clean-up continues after a failure, and fails at its end', () => {
  const { status, rows } = cleanUp({
    ...PROGRAMS,
    gh: '[ "$3" = 7 ] && exit 1; echo CLOSED',
    npx: '[[ $* != *pr-8* ]]',
  });
  expect(status).toBe(1);
  expect(rows).toEqual([
    '| pr-7 | #7 unknown | kept: its pull request cannot be read |',
    '| pr-8 | #8 closed | **not destroyed**: see the log |',
    '| pr-9 | #9 closed | destroyed |',
  ]);
});

test('scripts and targets have no shell syntax that Windows lacks', () => {
  const manifests = execFileSync('git', ['ls-files', '*package.json'], { cwd: ROOT, encoding: 'utf8' })
    .trim()
    .split('\n');
  const commands = manifests.flatMap((file) => {
    const { scripts = {}, nx } = JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
    const targets = Object.values(nx?.targets ?? {}).map(
      ({ command, options }) => command ?? options?.command,
    );
    return [...Object.values(scripts), ...targets.filter((command) => command !== undefined)];
  });
  expect(commands).toContain('vite build console');
  expect(
    commands.filter((command) =>
      /(?<!\|)\|(?!\|)|[;$'`<>*]|\b(rm|cp|mv|export)\b|(^|\s)[A-Z_]+=/.test(command),
    ),
  ).toEqual([]);
});
