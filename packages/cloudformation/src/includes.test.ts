import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readAssembly, readTemplateFile } from './assembly';
import { checkTemplate } from './resolved/template';

async function write(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'includes-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text);
  return directory;
}

/** Reads `app.yaml`, with the other files beside it. */
const read = async (files: Record<string, string>) =>
  readTemplateFile(path.join(await write(files), 'app.yaml'), 'app');

const INCLUDE = (location: string) =>
  `{ Name: AWS::Include, Parameters: { Location: ${JSON.stringify(location)} } }`;

test('files that a template includes are inserted beside other keys (CN-IN-01)', async () => {
  const { template, templateFile, sourceFiles } = await read({
    'app.yaml': `
      Resources:
        Own: { Type: AWS::SNS::Topic }
        Fn::Transform: ${INCLUDE('./topic.yaml')}
        Both:
          Type: Test::It
          Properties: { Fn::Transform: [${INCLUDE('a.json')}, ${INCLUDE('b.yaml')}] }`,
    'topic.yaml':
      "Included: { Type: AWS::SNS::Topic, Properties: { TopicName: { 'Fn::Sub': '${AWS::StackName}' } } }",
    'a.json': '{ "A": 1 }',
    'b.yaml': 'B: { C: 2 }',
  });
  const { Resources } = checkTemplate(template.json, templateFile);
  expect(Resources).toMatchObject({
    Own: { Type: 'AWS::SNS::Topic' },
    Included: { Properties: { TopicName: { 'Fn::Sub': '${AWS::StackName}' } } },
    Both: { Properties: { A: 1, B: { C: 2 } } },
  });
  expect(sourceFiles.map((file) => path.basename(file))).toEqual([
    'app.yaml',
    'topic.yaml',
    'a.json',
    'b.yaml',
  ]);
});

test('an asset of an assembly is included (CN-IN-01)', async () => {
  const location = { 'Fn::Sub': 's3://assets-${AWS::AccountId}/hash.json' };
  const body = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: location } } };
  const directory = await write({
    'manifest.json': JSON.stringify({
      artifacts: {
        app: { type: 'aws:cloudformation:stack', properties: { templateFile: 'app.json' } },
        'app.assets': { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } },
      },
    }),
    'app.json': JSON.stringify({ Resources: { Api: { Type: 'Test::It', Properties: { Body: body } } } }),
    'assets.json': JSON.stringify({
      files: { a: { source: { path: 'a.json' }, destinations: { here: { objectKey: 'hash.json' } } } },
    }),
    'a.json': '{ "openapi": "3.0.1" }',
  });
  const [stack] = await readAssembly(directory);
  expect(stack?.template.json).toEqual({
    Resources: { Api: { Type: 'Test::It', Properties: { Body: { openapi: '3.0.1' } } } },
  });
});

const APP = (location: string) =>
  `Resources: { Api: { Type: Test::It, Properties: { Body: { Fn::Transform: ${INCLUDE(location)} } } } }`;

test.each([
  [{ 'app.yaml': APP('absent.yaml') }, 'absent.yaml does not exist. Resources.Api.Properties.Body of'],
  [{ 'app.yaml': APP('a.yaml'), 'a.yaml': '- 1' }, 'a.yaml: not a mapping to include: the file: '],
  [
    { 'app.yaml': APP('a.yaml'), 'a.yaml': 'Name: !Ref Own' },
    'AWS::Include does not support short forms such as !Ref',
  ],
  [
    { 'app.yaml': APP('s3://files/a.yaml') },
    'app.yaml: Resources.Api.Properties.Body: AWS::Include of ["s3://files/a.yaml"]: only files on this machine',
  ],
  [
    { 'app.yaml': APP('a.yaml'), 'a.yaml': `Fn::Transform: ${INCLUDE('b.yaml')}`, 'b.yaml': 'B: 1' },
    'Write a path relative to the template, such as Location: ./openapi.yaml',
  ],
])('refuses by name an include that cannot be inserted: %#', async (files, message) => {
  const check = async () => {
    const { template, templateFile } = await read(files);
    checkTemplate(template.json, templateFile);
  };
  await expect(check()).rejects.toThrow(message);
});
