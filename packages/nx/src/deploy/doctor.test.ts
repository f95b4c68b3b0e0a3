import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeAws, projectWith, run, temporaryDirectory } from '../../test/run';

/** Creates a workspace that requires a version of Node, with a project in it. */
function projectInWorkspace(node: string): string {
  const root = temporaryDirectory();
  writeFileSync(join(root, 'package.json'), JSON.stringify({ engines: { node } }));
  const directory = join(root, 'infra');
  cpSync(projectWith('dev'), directory, { recursive: true });
  return directory;
}

test('reports that everything is ready for the first deployment, and changes nothing', async () => {
  const aws = await fakeAws();
  const { exitCode, text, cdkRuns } = await run(aws, 'doctor', { directory: projectInWorkspace('>=20.0.0') });
  expect(exitCode).toBe(0);
  expect(text).toContain(`✔ node        version ${process.versions.node}`);
  expect(text).toContain('✔ ECS role');
  expect(text).toContain('builds for linux/arm64');
  expect(text).toContain('Everything is ready: spa-on-aws-dev will be created in account 123456789012');
  expect(text).toContain('npx nx deploy infra --stage=dev');
  expect(cdkRuns).toEqual([]);
});

test('reports all that a new account and an old machine lack, each with its remedy', async () => {
  const aws = await fakeAws();
  aws.parameters.clear();
  aws.apiGatewayLogsRole = undefined;
  aws.hasEcsRole = false;
  const { exitCode, text } = await run(aws, 'doctor', {
    directory: projectInWorkspace('>=99.1.0'),
    context: { findEngine: async () => ({ problem: 'no container engine responds', remedy: 'install one' }) },
  });
  expect(exitCode).toBe(1);
  const lines = text.split('\n');
  const failed = lines.filter((line) => /^✖ \D/.test(line)).map((line) => line.split(/ +/, 3).slice(1));
  expect(text).toContain(`${failed.length} checks failed.`);
  expect(failed.slice(0, 4).map(([label]) => label)).toEqual(['node', 'bootstrap', 'API', 'ECS']);
  expect(lines.filter((line) => line.trimStart().startsWith('→'))).toEqual([
    expect.stringContaining('nvm install 99'),
    ...Array.from({ length: 3 }, () =>
      expect.stringContaining('npx nx bootstrap infra --region=eu-central-1'),
    ),
    expect.stringContaining('install one'),
  ]);
});

test('fails for an old version of Node alone', async () => {
  const aws = await fakeAws();
  const { exitCode, text } = await run(aws, 'doctor', { directory: projectInWorkspace('>=99.1.0') });
  expect(exitCode).toBe(1);
  expect(text).toContain('One check failed. Nothing was changed.');
});
