import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describeChanges, loadStacks, type Sources } from './sources';

const BUCKET = { Resources: { Files: { Type: 'AWS::S3::Bucket' } } };

/** Writes files to a temporary directory; objects as JSON. */
async function write(files: Record<string, unknown>): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sources-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return directory;
}

const stackArtifact = (templateFile: string, stackName?: string) => ({
  type: 'aws:cloudformation:stack',
  properties: { templateFile, ...(stackName && { stackName }) },
});

const load = (change: Partial<Sources>) =>
  loadStacks({ assemblies: [], templates: [], stacks: [], ...change });

async function assembly(): Promise<string> {
  return write({
    'manifest.json': {
      artifacts: {
        one: stackArtifact('one.json'),
        'one.assets': { type: 'cdk:asset-manifest', properties: { file: 'one.assets.json' } },
        two: stackArtifact('two.json', 'second'),
        'assembly-stage': { type: 'cdk:cloud-assembly', properties: { directoryName: 'stage' } },
        tree: { type: 'cdk:tree' },
      },
    },
    'one.json': BUCKET,
    'two.json': BUCKET,
    'one.assets.json': {
      files: {
        site: { source: { path: 'site', packaging: 'zip' }, destinations: { here: { objectKey: 'a.zip' } } },
      },
    },
    'stage/manifest.json': { artifacts: { three: stackArtifact('three.json') } },
    'stage/three.json': BUCKET,
  });
}

test('loadStacks reads every stack of an assembly and of its stages, with its assets', async () => {
  const directory = await assembly();
  const stacks = await load({ assemblies: [directory] });
  expect(stacks.map(({ name, files }) => [name, [...files.keys()]])).toEqual([
    ['one', ['a.zip']],
    ['second', []],
    ['three', []],
  ]);
  expect(stacks[0].sourceFiles).toEqual(
    ['manifest.json', 'one.json', 'one.assets.json'].map((name) => path.join(directory, name)),
  );
});

test('loadStacks reads assemblies and templates together, and selects stacks', async () => {
  const directory = await assembly();
  const file = path.join(
    await write({ 'pool.yaml': 'Resources:\n  Files: {Type: AWS::S3::Bucket}\n' }),
    'pool.yaml',
  );
  const sources = { assemblies: [directory], templates: [{ stackName: 'pool', file }] };
  expect((await load(sources)).map(({ name }) => name)).toEqual(['one', 'second', 'three', 'pool']);
  expect((await load({ ...sources, stacks: ['pool', 'one'] })).map(({ name }) => name)).toEqual([
    'one',
    'pool',
  ]);
  await expect(load({ ...sources, stacks: ['gone'] })).rejects.toThrowError(
    '--stack: there is no stack gone; stacks: one, second, three, pool.',
  );
  await expect(load({ ...sources, templates: [{ stackName: 'one', file }] })).rejects.toThrowError(
    'Two stacks are named one.',
  );
});

test.each([
  ['a missing template', 'gone.yaml', '', 'gone.yaml does not exist. Give --template a file that exists.'],
  ['a template that is not a mapping', 'a.yaml', '- 1', 'a.yaml: not a CloudFormation template'],
  ['an empty template', 'a.yaml', '', 'a.yaml: not a CloudFormation template'],
])('loadStacks rejects %s with its file name', async (_, name, text, message) => {
  const directory = await write({ 'a.yaml': text });
  const file = path.join(directory, name);
  await expect(load({ templates: [{ stackName: 'a', file }] })).rejects.toThrowError(message);
});

test('loadStacks reads a section that has only comments as empty', async () => {
  const file = path.join(
    await write({ 'a.yaml': 'Parameters:\n  # none\nResources:\n  A:\n    Type: X\n    Properties:\n' }),
    'a.yaml',
  );
  const [{ template }] = await load({ templates: [{ stackName: 'a', file }] });
  expect(template).toMatchObject({ Parameters: {}, Resources: { A: { Properties: {} } } });
});

test('describeChanges lists added, changed and removed resources', async () => {
  const state = async (template: object) => {
    const file = path.join(await write({ 'a.json': template }), 'a.json');
    return load({ templates: [{ stackName: 'a', file }] });
  };
  const before = await state({ Resources: { A: { Type: 'X' }, B: { Type: 'X' }, C: { Type: 'X' } } });
  const after = await state({
    Resources: { B: { Type: 'X', Properties: { Size: 1 } }, C: { Type: 'X' }, D: { Type: 'X' } },
    Outputs: { Out: { Value: 1 } },
  });
  expect(describeChanges(before, after)).toBe('added D, Outputs; changed B; removed A');
  expect(describeChanges(before, before)).toBeUndefined();
});
