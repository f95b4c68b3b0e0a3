import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readAssembly, readTemplateFile, selectStack } from './assembly';

/** Writes files to a directory of the test; an object becomes JSON. */
async function write(files: Record<string, unknown>): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'assembly-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return directory;
}

const TEMPLATE = { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } };

test('readAssembly returns what the assembly says about a stack', async () => {
  const directory = await write({
    'manifest.json': {
      artifacts: {
        one: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://123456789012/unknown-region',
          dependencies: ['one.assets'],
          properties: {
            templateFile: 'one.json',
            stackName: 'first',
            terminationProtection: true,
            requiresBootstrapStackVersion: 6,
            bootstrapStackVersionSsmParameter: '/cdk-bootstrap/hnb659fds/version',
          },
        },
        'one.assets': { type: 'cdk:asset-manifest', properties: { file: 'one.assets.json' } },
      },
    },
    'one.json': TEMPLATE,
    'one.assets.json': {
      files: {
        site: { source: { path: 'site', packaging: 'zip' }, destinations: { a: { objectKey: 'a.zip' } } },
      },
      dockerImages: {
        api: {
          source: { directory: 'api', platform: 'linux/arm64', dockerBuildArgs: { NODE_IMAGE: 'node' } },
          destinations: { a: { imageTag: 'tag' } },
        },
      },
    },
  });
  const [stack] = await readAssembly(directory);
  const { template, ...rest } = stack ?? {};
  expect(template?.resources.map(({ id, type }) => [id, type])).toEqual([['Topic', 'AWS::SNS::Topic']]);
  expect(rest).toEqual({
    name: 'first',
    id: 'one',
    account: '123456789012',
    region: undefined,
    terminationProtection: true,
    bootstrap: { parameter: '/cdk-bootstrap/hnb659fds/version', version: 6 },
    templateFile: path.join(directory, 'one.json'),
    sourceFiles: ['manifest.json', 'one.json', 'one.assets.json'].map((name) => path.join(directory, name)),
    files: new Map([['a.zip', { path: path.join(directory, 'site'), packaging: 'zip' }]]),
    included: [],
    nested: new Map(),
    images: new Map([
      [
        'tag',
        {
          directory: path.join(directory, 'api'),
          dockerFile: 'Dockerfile',
          platform: 'linux/arm64',
          buildArgs: { NODE_IMAGE: 'node' },
        },
      ],
    ]),
  });
});

test('readAssembly accepts macros, loops and nested stacks', async () => {
  const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 'a.json' } };
  const directory = await write({
    'manifest.json': { artifacts: { a: stack } },
    'a.json': {
      Transform: 'AWS::Serverless-2016-10-31',
      Resources: { 'Fn::ForEach::Many': ['x', [], {}], Child: { Type: 'AWS::CloudFormation::Stack' } },
    },
  });
  expect(await readAssembly(directory)).toHaveLength(1);
});

test.each([
  ['a missing manifest', {}, 'ERR_ASSEMBLY_NOT_FOUND', /manifest\.json does not exist\. Synthesize it first/],
  ['an invalid manifest', { 'manifest.json': '{' }, 'ERR_TEMPLATE_MALFORMED', /manifest\.json: not JSON/],
  [
    'a manifest without artifacts',
    { 'manifest.json': {} },
    'ERR_TEMPLATE_MALFORMED',
    /manifest\.json: not a cloud assembly: artifacts: is missing/,
  ],
])('readAssembly rejects %s', async (_, files, code, message) => {
  await expect(readAssembly(await write(files))).rejects.toThrowError(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});

test('readAssembly rejects a missing directory with the given remedy', async () => {
  await expect(readAssembly('/missing', { remedy: 'Run synth.' })).rejects.toThrowError(
    '/missing does not exist. Run synth.',
  );
});

test('selectStack finds a stack by name or id, or the only one', async () => {
  const directory = await write({ 'a.json': TEMPLATE, 'b.yaml': 'Resources: {A: {Type: X}}' });
  const a = await readTemplateFile(path.join(directory, 'a.json'), 'a');
  const b = { ...(await readTemplateFile(path.join(directory, 'b.yaml'), 'b')), id: 'stage/b' };
  expect(selectStack([a], undefined, 'cdk.out')).toBe(a);
  expect(selectStack([a, b], 'stage/b', 'cdk.out')).toBe(b);
  expect(() => selectStack([a, b], undefined, 'cdk.out')).toThrowError(
    'cdk.out contains a, b. Select one of them with --stack.',
  );
  expect(() => selectStack([a, b], 'c', 'cdk.out')).toThrowError('cdk.out contains a, b, not c.');
  expect(() => selectStack([], undefined, 'cdk.out')).toThrowError('cdk.out contains no stack.');
});
