import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, CfnOutput, NestedStack, Stack as CdkStack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { expect, onTestFinished, test } from 'vitest';
import { readAssembly, readTemplateFile, type StackAssembly } from './assembly';
import type { ResourceTypes } from './resolved/resolved-template';
import { Stack } from './resolved/stack';
import { mergeNested } from './document/merge-nested';
import { checkTemplate } from './resolved/template';

const RESOURCE_TYPES: ResourceTypes = {
  'AWS::S3::Bucket': {
    ref: (bucket) => `${bucket.stackName}-${bucket.logicalId}`,
    attributes: { Arn: (bucket) => `arn:aws:s3:::${bucket.stackName}-${bucket.logicalId}` },
  },
};

function resolve(...assemblies: [StackAssembly, ...StackAssembly[]]): Stack {
  const options = ({ name, template, templateFile, nested }: StackAssembly) => ({
    template: checkTemplate(template.json, templateFile, {}, nested),
    stackName: name,
    region: 'eu-west-1',
    accountId: '000000000000',
    resourceTypes: RESOURCE_TYPES,
  });
  const [first, ...others] = assemblies;
  return new Stack(options(first), ...others.map(options));
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'nested-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** Reads `app.yaml`, with the other templates beside it. */
async function read(templates: Record<string, string>): Promise<StackAssembly> {
  const directory = await temporaryDirectory();
  for (const [name, text] of Object.entries(templates)) await writeFile(path.join(directory, name), text);
  return readTemplateFile(path.join(directory, 'app.yaml'), 'app');
}

const APP = `
  Parameters: { Stage: { Type: String, Default: dev } }
  Conditions: { IsProd: !Equals [!Ref Stage, prod] }
  Resources:
    Files: { Type: AWS::S3::Bucket }
    Reader:
      Type: Test::It
      Properties: { Of: !GetAtt Inner.Outputs.Arn, In: !Ref Inner }
    Inner:
      Type: AWS::CloudFormation::Stack
      Properties:
        TemplateURL: ./inner.yaml
        Parameters: { Bucket: !Ref Files, Stage: !Ref Stage, Count: 2 }
    OnlyInProd:
      Type: AWS::CloudFormation::Stack
      Condition: IsProd
      Properties: { TemplateURL: inner.yaml, Parameters: { Bucket: x, Stage: x, Count: 1 } }
  Outputs: { Arn: { Value: !GetAtt Inner.Outputs.Arn } }`;

const INNER = `
  Parameters: { Bucket: { Type: String }, Stage: { Type: String }, Count: { Type: Number } }
  Mappings: { Names: { dev: { Prefix: small } } }
  Conditions: { IsDev: !Equals [!Ref Stage, dev] }
  Resources:
    Files: { Type: AWS::S3::Bucket, Condition: IsDev }
    It:
      Type: Test::It
      DependsOn: Files
      Properties:
        Parent: !Ref Bucket
        Text: !Sub '\${AWS::StackName}/\${Count}'
        Prefix: !FindInMap [Names, !Ref Stage, Prefix]
  Outputs: { Arn: { Value: !GetAtt Files.Arn, Condition: IsDev } }`;

test('a nested stack gets parameters from the stack around it, and gives outputs to it', async () => {
  const stack = resolve(await read({ 'app.yaml': APP, 'inner.yaml': INNER }));
  expect([...stack.resources.keys()]).toEqual(['Files', 'Reader', 'Inner/Files', 'Inner/It']);
  const { Text, ...others } = stack.resources.get('Inner/It')?.properties ?? {};
  expect(others).toEqual({ Parent: 'app-Files', Prefix: 'small' });
  expect(Text).toMatch(/^app-Inner-[A-Z0-9]{12}\/2$/);
  const nestedName = String(Text).slice(0, -2);
  const arn = `arn:aws:s3:::${nestedName}-Files`;
  expect(stack.resources.get('Inner/Files')?.attribute('Arn')).toBe(arn);
  expect(stack.resources.get('Reader')?.properties['Of']).toBe(arn);
  expect(stack.resources.get('Reader')?.properties['In']).toContain(`:stack/${nestedName}/`);
  expect(stack.outputs()).toEqual({ Arn: arn });
  expect(stack.inDependencyOrder('Test::It').map(({ logicalId }) => logicalId)).toEqual([
    'Inner/It',
    'Reader',
  ]);
});

test('names of nested resources have the stack, the nested stack and the logical id', async () => {
  const app = await read({ 'app.yaml': APP, 'inner.yaml': INNER });
  const other = await read({ 'app.yaml': 'Resources: { Files: { Type: AWS::S3::Bucket } }' });
  const stack = resolve(app, { ...other, name: 'other' });
  expect([...stack.resources.keys()]).toContain('app.Inner/It');
  expect(app.sourceFiles.map((file) => path.basename(file))).toEqual([
    'app.yaml',
    'inner.yaml',
    'inner.yaml',
  ]);
});

test('nested stacks can use exports of other stacks, and of each other', async () => {
  const stack = resolve(
    await read({
      'app.yaml': `
        Resources:
          One: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: one.yaml } }
          Two:
            Type: AWS::CloudFormation::Stack
            Properties: { TemplateURL: two.yaml, Parameters: { Far: !ImportValue far } }`,
      'one.yaml': 'Resources: { It: { Type: T } }\nOutputs: { A: { Value: near, Export: { Name: near } } }',
      'two.yaml': `
        Parameters: { Far: { Type: String } }
        Resources: { It: { Type: T, Properties: { Far: !Ref Far, Near: !ImportValue near } } }`,
    }),
    {
      ...(await read({
        'app.yaml': 'Resources: { A: { Type: T } }\nOutputs: { A: { Value: away, Export: { Name: far } } }',
      })),
      name: 'other',
    },
  );
  expect(stack.resources.get('app.Two/It')?.properties).toEqual({ Far: 'away', Near: 'near' });
});

test.each([
  [
    'an address',
    { 'app.yaml': APP.replace('./inner.yaml', 'https://b.s3.amazonaws.com/inner.yaml'), 'inner.yaml': INNER },
    /app\.yaml: Resources\.Inner \(AWS::CloudFormation::Stack\): the template of this nested stack is not on this machine\. Download it/,
  ],
  [
    'an output that does not exist',
    {
      'app.yaml': APP.replace('Of: !GetAtt Inner.Outputs.Arn', 'Of: !GetAtt Inner.Outputs.Name'),
      'inner.yaml': INNER,
    },
    /Reader\.Properties\.Of: the nested stack Inner has no attribute Outputs\.Name; attributes: Outputs\.Arn\./,
  ],
  [
    'a missing parameter',
    { 'app.yaml': APP.replaceAll('Count: ', 'Number: '), 'inner.yaml': INNER },
    /Stack Inner: Parameters: \[Number\] do not exist.*\n.*\[Count\] must have values: .* \(Resources\.Inner\.Properties\.Parameters\.Count\)/,
  ],
  [
    'a dangling reference',
    { 'app.yaml': APP, 'inner.yaml': INNER.replace('!Ref Bucket', '!Ref Buckets') },
    /Inner: Resources\.It\.Properties\.Parent: there is no resource or parameter Buckets/,
  ],
  [
    'a list as a parameter',
    { 'app.yaml': APP.replace('Count: 2', 'Count: [2]'), 'inner.yaml': INNER },
    /Resources\.Inner\.Properties\.Parameters: must be an object with values that are text/,
  ],
  [
    'a template that is nested in itself',
    { 'app.yaml': APP.replace('./inner.yaml', './app.yaml'), 'inner.yaml': INNER },
    /Resources\.Inner is nested in itself/,
  ],
  [
    'a circular dependency',
    { 'app.yaml': APP.replace('Bucket: !Ref Files', 'Bucket: !GetAtt Reader.A'), 'inner.yaml': INNER },
    /Circular dependency between resources: Reader → Inner → Reader/,
  ],
])('refuses %s', async (_, templates, message) => {
  const attempt = async () => resolve(await read(templates)).resources.get('Reader')?.properties;
  await expect(attempt()).rejects.toThrowError(message);
});

test('nested stacks of a CDK app are assets: references in both directions resolve', async () => {
  const outdir = await temporaryDirectory();
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  const root = new CdkStack(app, 'Root');
  const files = new Bucket(root, 'Files');
  const nested = new NestedStack(root, 'Nested');
  new StringParameter(nested, 'Name', { stringValue: files.bucketName });
  const inner = new Bucket(new NestedStack(nested, 'Deep'), 'Inner');
  new CfnOutput(root, 'InnerName', { value: inner.bucketName });
  app.synth();
  const [assembly] = await readAssembly(outdir);
  if (!assembly) throw new Error('the app has one stack');
  const stack = resolve(assembly);
  const [first, second] = stack.ofType('AWS::S3::Bucket');
  expect(first?.logicalId).toMatch(/^Files\w{8}$/);
  expect(second?.logicalId).toMatch(/^Nested\w+\/Deep\w+\/Inner\w{8}$/);
  expect(stack.ofType('AWS::SSM::Parameter')[0]?.properties).toMatchObject({ Value: first?.ref });
  expect(stack.outputs()).toMatchObject({ InnerName: second?.ref });
}, 20_000);

test('mergeNested has all resources in one template, with values for parameters and outputs', async () => {
  const merged = mergeNested(
    await read({
      'app.yaml': `
        Conditions: { IsOn: !Equals [a, a] }
        Resources:
          Files: { Type: AWS::S3::Bucket }
          Inner:
            Type: AWS::CloudFormation::Stack
            Condition: IsOn
            DeletionPolicy: Retain
            Properties:
              TemplateURL: inner.yaml
              Parameters: { Bucket: !Ref Files, Zones: !Join [',', [a, !Ref Files]] }
          Reader: { Type: Test::It, Properties: { Of: !Sub '\${Inner.Outputs.Arn}/*', No: !GetAtt Inner.Outputs.No } }
          Far: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: https://example.com/far.yaml } }`,
      'inner.yaml': `
        Transform: AWS::LanguageExtensions
        Parameters:
          Bucket: { Type: String }
          Zones: { Type: CommaDelimitedList }
          Size: { Type: Number, Default: 3 }
          Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /image }
        Mappings: { Names: { dev: { Prefix: small } } }
        Conditions: { Big: !Equals [!Ref Size, 3] }
        Resources:
          Table: { Type: Test::Table }
          It:
            Type: Test::It
            Condition: Big
            DependsOn: Table
            Properties:
              Zones: !Ref Zones
              Text: !Sub '\${Bucket} \${Table.Arn} \${Size} \${AWS::Region} \${!Kept}'
              Prefix: !FindInMap [Names, dev, Prefix]
              Size: !If [Big, !Ref Size, !Ref AWS::NoValue]
              Image: !Ref Image
        Outputs: { Arn: { Value: !GetAtt Table.Arn } }`,
    }),
  );
  expect(merged.resources.map(({ id }) => id)).toEqual(['Files', 'Inner/Table', 'Inner/It', 'Reader', 'Far']);
  const it = merged.resource('Inner/It');
  expect(it?.entry.raw).toMatchObject({
    Condition: 'Inner/Big',
    DeletionPolicy: 'Retain',
    DependsOn: ['Inner/Table', 'Files'],
    Properties: {
      Zones: ['a', { Ref: 'Files' }],
      Prefix: { 'Fn::FindInMap': ['Inner/Names', 'dev', 'Prefix'] },
      Size: { 'Fn::If': ['Inner/Big', 3, { Ref: 'AWS::NoValue' }] },
      Image: { Ref: 'Inner/Image' },
    },
  });
  expect(it?.properties.get('Text').text).toBe('${Files} ${Inner/Table.Arn} 3 ${AWS::Region} ${Kept}');
  expect(merged.resource('Inner/Table')?.entry.get('Condition').text).toBe('IsOn');
  const reader = merged.resource('Reader');
  expect(reader?.properties.get('Of').text).toBe('${Inner/Table.Arn}/*');
  expect(reader?.entry.get('DependsOn').raw).toEqual(['Inner/Table', 'Inner/It']);
  expect([...(reader?.properties.get('No').mentions ?? [])]).toEqual(['Inner.Outputs.No']);
  expect(merged.section('Parameters').entries.map(([name]) => name)).toEqual(['Inner/Image']);
  expect(merged.section('Transform').raw).toEqual(['AWS::LanguageExtensions']);
});

test('a template of the CDK, read without its assembly, has its nested stacks', async () => {
  const outdir = await temporaryDirectory();
  const app = new App({ outdir, builtinCloudFormationValidation: false });
  new Bucket(new NestedStack(new CdkStack(app, 'Root'), 'Nested'), 'Files');
  app.synth();
  const { template, nested } = await readTemplateFile(path.join(outdir, 'Root.template.json'), 'app');
  const { resources } = mergeNested({ template, nested });
  expect(resources.map(({ id }) => id)).toContainEqual(expect.stringMatching(/^Nested\w+\/Files\w+$/));
}, 20_000);
