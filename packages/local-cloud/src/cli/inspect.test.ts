import { expect, test } from 'vitest';
import { smallTemplate } from '../../test/assembly';
import { optionsFor } from '../../test/running';
import { describeInspection, inspect } from './inspect';

type Template = ReturnType<typeof smallTemplate>;

const treatmentOf = (
  { resources }: Awaited<ReturnType<typeof inspect>>,
  logicalId: string,
  property: string,
): string | undefined =>
  resources
    .find((resource) => resource.logicalId === logicalId)
    ?.properties.find((one) => one.property === property)?.treatment;

/** A template with an unknown property of a type that controls no access. */
function withUnknownProperty(): Template {
  const template = smallTemplate();
  Object.assign(template.Resources['Files'] ?? {}, { Properties: { Color: 'red' } });
  return template;
}

function withSite(change: object): Template {
  const template = smallTemplate();
  Object.assign(template.Resources['Site']?.Properties?.['DistributionConfig'] as object, change);
  return template;
}

test('inspect reports each property as interpreted, without effect or not supported', async () => {
  const template = withSite({ Comment: 'x', PriceClass: 'all' });
  Object.assign(template.Resources['Files'] ?? {}, withUnknownProperty().Resources['Files']);
  const found = await inspect(await optionsFor(template));
  expect(treatmentOf(found, 'Site', 'DistributionConfig.Origins[0].DomainName')).toBe('interpreted');
  expect(treatmentOf(found, 'Site', 'DistributionConfig.Comment')).toBe('without effect');
  expect(treatmentOf(found, 'Files', 'Color')).toBe('not supported');
  expect(found).toMatchObject({
    notOnTheRequestPath: { 'AWS::Logs::LogGroup': 1 },
    problems: [],
    warnings: [
      'Files (AWS::S3::Bucket) Color: not supported by the local cloud. Check the spelling, or remove it.',
    ],
  });
});

test('inspect reports a property that names a resource as interpreted', async () => {
  const template = smallTemplate();
  Object.assign(template.Resources['Files'] ?? {}, { Properties: { BucketName: 'files', Tags: [] } });
  const found = await inspect(await optionsFor(template));
  expect(treatmentOf(found, 'Files', 'BucketName')).toBe('interpreted');
  expect(treatmentOf(found, 'Files', 'Tags')).toBe('without effect');
});

test('inspect reports everything that a start refuses', async () => {
  const template = withSite({ WebACLId: 'arn:aws:wafv2:x' });
  Object.assign(template.Resources['Method']?.Properties ?? {}, { Color: 'red' });
  Object.assign(template.Resources['Pool']?.Properties ?? {}, { MfaConfiguration: 'SOMETIMES' });
  Object.assign(template.Resources['Task']?.Properties?.['ContainerDefinitions'] as object, [
    { Name: 'api' },
  ]);
  const { problems, resources } = await inspect(await optionsFor(template));
  const text = problems.join('\n');
  expect(text).toContain('Site (AWS::CloudFront::Distribution) DistributionConfig.WebACLId');
  expect(text).toContain('Method (AWS::ApiGateway::Method) Color');
  expect(text).toContain('Pool (AWS::Cognito::UserPool) MfaConfiguration');
  expect(text).toContain('Task (AWS::ECS::TaskDefinition)');
  expect(resources.map(({ logicalId }) => logicalId)).toContain('Balancer');
});

test('inspect reports unknown properties as problems when it is strict', async () => {
  const { problems, warnings } = await inspect(await optionsFor(withUnknownProperty(), { strict: true }));
  expect([problems.length, warnings.length]).toEqual([1, 0]);
});

test('inspect reports a template that cannot be read as a problem', async () => {
  const template = { Resources: { It: { Type: 'AWS::S3::Bucket', Properties: { Tags: { Ref: 'Gone' } } } } };
  expect(await inspect(await optionsFor(template))).toMatchObject({
    resources: [],
    problems: [expect.stringContaining('ERR_DANGLING_REFERENCE: Resources.It.Properties.Tags')],
  });
});

test.each([
  [{ 'Fn::Select': [5, ['a']] }, 'Fn::Select has no item 5 in a list of 1'],
  ['{{resolve:ssm:/a/b}}', 'the value of {{resolve:ssm:/a/b}} exists in AWS only. Make it a parameter'],
])('inspect reports a property that cannot be resolved as a problem: %j', async (Comment, message) => {
  const { problems, resources } = await inspect(await optionsFor(withSite({ Comment })));
  expect(problems.join()).toContain(`Resources.Site.Properties.DistributionConfig.Comment: ${message}`);
  expect(resources.map(({ logicalId }) => logicalId)).toContain('Method');
});

test('inspect reports a web ACL as a problem, because the local cloud does not enforce it', async () => {
  const template = smallTemplate();
  Object.assign(template.Resources, {
    Association: {
      Type: 'AWS::WAFv2::WebACLAssociation',
      Properties: { ResourceArn: 'arn:x', WebACLArn: 'arn:y' },
    },
  });
  const { problems } = await inspect(await optionsFor(template));
  expect(problems).toEqual([
    expect.stringContaining(
      'Association (AWS::WAFv2::WebACLAssociation): puts a web ACL (AWS WAF) in front of arn:x',
    ),
  ]);
});

test('inspect names the flag that leaves threat protection out', async () => {
  const template = smallTemplate();
  Object.assign(template.Resources['Pool']?.Properties ?? {}, {
    UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' },
  });
  expect(await inspect(await optionsFor(template))).toMatchObject({
    verdict: 'needs-values',
    flags: ['--without Pool'],
  });
});

test('inspect needs a value for a parameter whose parts are selected, as of an asset of CDK version 1', async () => {
  const template = smallTemplate();
  const Comment = { 'Fn::Select': [1, { 'Fn::Split': ['||', { Ref: 'AssetVersionKey' }] }] };
  Object.assign(template.Resources['Site']?.Properties?.['DistributionConfig'] as object, { Comment });
  Object.assign(template, { Parameters: { AssetVersionKey: { Type: 'String' } } });
  expect(await inspect(await optionsFor(template))).toMatchObject({
    verdict: 'needs-values',
    flags: ["--parameter 'small.AssetVersionKey=sample-assetversionkey||sample-assetversionkey'"],
  });
  const parameters = [
    {
      stackName: undefined,
      name: 'AssetVersionKey',
      value: 'sample-assetversionkey||sample-assetversionkey',
    },
  ];
  expect((await inspect(await optionsFor(template, { parameters }))).verdict).toBe('runs');
});

test('inspect prints samples that a user pool accepts for a domain prefix and a callback URL', async () => {
  const template = smallTemplate();
  Object.assign(template.Resources['Client']?.Properties ?? {}, { CallbackURLs: [{ Ref: 'CallbackURL' }] });
  Object.assign(template.Resources, {
    Domain: {
      Type: 'AWS::Cognito::UserPoolDomain',
      Properties: { UserPoolId: { Ref: 'Pool' }, Domain: { Ref: 'CognitoDomainPrefix' } },
    },
  });
  const Parameters = { CallbackURL: { Type: 'String' }, CognitoDomainPrefix: { Type: 'String' } };
  const { flags, verdict } = await inspect(await optionsFor({ ...template, Parameters }));
  expect([verdict, flags]).toEqual([
    'needs-values',
    [
      '--parameter small.CallbackURL=https://sample-callbackurl.example.com',
      '--parameter small.CognitoDomainPrefix=sample-domainprefix',
    ],
  ]);
  const parameters = flags.map((flag) => {
    const [name = '', value = ''] = flag.slice('--parameter small.'.length).split('=');
    return { stackName: undefined, name, value };
  });
  expect((await inspect(await optionsFor({ ...template, Parameters }, { parameters }))).verdict).toBe('runs');
});

test('inspect needs a value for an export of a stack that is not here, where it matters (CN-EX-01)', async () => {
  const template = withSite({ Comment: { 'Fn::ImportValue': 'comment' } });
  const importing = { 'Fn::ImportValue': { 'Fn::Sub': '${AWS::Region}:Host' } };
  Object.assign(template.Resources['Pool']?.Properties ?? {}, { UserPoolName: importing });
  const { flags, problems, verdict } = await inspect(await optionsFor(template));
  expect(problems).toEqual([
    'ERR_UNSUPPORTED_PROPERTY: Pool (AWS::Cognito::UserPool) UserPoolName: ' +
      'no stack has the export us-east-1:Host; exports: none. Run the stack with that export too, or set its value with ' +
      '--attribute us-east-1:Host=sample-us-east-1:host',
  ]);
  expect([verdict, flags]).toEqual(['needs-values', ['--attribute us-east-1:Host=sample-us-east-1:host']]);
  const attributes = new Map([['us-east-1:Host', 'users']]);
  expect((await inspect(await optionsFor(template, { attributes }))).verdict).toBe('runs');
});

test('describeInspection lists the properties of list items once', async () => {
  const text = describeInspection(await inspect(await optionsFor(withUnknownProperty())));
  expect(text.match(/DistributionConfig\.Origins\[\]\.DomainName/g)).toHaveLength(1);
  expect(text).toContain('  not supported    Color');
  expect(text).toMatch(
    /\d+ resources: \d+ properties interpreted, \d+ properties without effect, 1 properties/,
  );
});

/** A template of a site behind a web ACL, and an API with two methods that cannot run. */
function withManyFaults(): Template {
  const template = withSite({
    WebACLId: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b',
    Restrictions: { GeoRestriction: { RestrictionType: 'whitelist', Locations: ['DE'] } },
  });
  const method = (HttpMethod: string, properties: object) => ({
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
      HttpMethod,
      AuthorizationType: 'NONE',
      ...properties,
    },
  });
  Object.assign(template.Resources, {
    First: method('GET', { Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: 'x' } }),
    Second: method('PUT', { AuthorizationType: 'SOMETHING', Integration: { Type: 'MOCK' } }),
  });
  Object.assign(template.Resources['Deployment'] ?? {}, { DependsOn: ['First', 'Second'] });
  return template;
}

test('inspect lists all faults of all resources, and no errors that follow from them', async () => {
  const inspection = await inspect(await optionsFor(withManyFaults()));
  const places = inspection.problems.map((problem) =>
    /^\w+: (\w+) \(\S+\) (\S+):/.exec(problem)?.slice(1).join(' '),
  );
  expect(places.sort()).toEqual([
    'First Integration.Uri',
    'Second AuthorizationType',
    'Site DistributionConfig.Restrictions.GeoRestriction',
    'Site DistributionConfig.WebACLId',
  ]);
  expect(inspection.verdict).toBe('cannot-run');
  expect(describeInspection(inspection)).toContain(
    'Verdict: cannot run, because of these 4 places:\n    ERR_',
  );
});

test('inspect goes on after missing values, and its verdict lists them as typed', async () => {
  const template = smallTemplate();
  const origin = (Id: string, DomainName: unknown) => ({
    Id,
    DomainName,
    CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
  });
  const config = template.Resources['Site']?.Properties?.['DistributionConfig'] as {
    Origins: object[];
    CacheBehaviors: object[];
  };
  const behavior = (TargetOriginId: string) => ({
    ...config.CacheBehaviors[0],
    PathPattern: `/${TargetOriginId}/*`,
    TargetOriginId,
  });
  config.CacheBehaviors.push(behavior('other'), behavior('more'));
  config.Origins.push(origin('other', 'other.example.com'), origin('more', { Ref: 'More' }));
  const Parameters = { More: { Type: 'String', AllowedPattern: '[a-z.-]+' }, Size: { Type: 'Number' } };
  const inspection = await inspect(await optionsFor({ ...template, Parameters }));
  expect(inspection.flags).toEqual([
    '--parameter small.More=sample-more',
    '--parameter small.Size=1',
    '--stand-in https://other.example.com=http://localhost:8080',
    '--stand-in https://sample-more=http://localhost:8080',
  ]);
  expect(inspection.verdict).toBe('needs-values');
  expect(describeInspection(inspection)).toContain(
    'Verdict: runs with these values:\n    --parameter small.More=',
  );
  const runs = await inspect(await optionsFor(smallTemplate()));
  expect(runs.verdict).toBe('runs');
  expect(describeInspection(runs)).toContain('Verdict: runs.');
});

test('inspect reports the resources that refer to a faulty one, if they have faults of their own', async () => {
  const template = smallTemplate();
  Object.assign(template.Resources['Pool']?.Properties ?? {}, { MfaConfiguration: 'SOMETIMES' });
  Object.assign(template.Resources['Client']?.Properties ?? {}, { Color: 'red' });
  const { problems } = await inspect(await optionsFor(template));
  expect(problems).toEqual([
    expect.stringContaining('Pool (AWS::Cognito::UserPool) MfaConfiguration'),
    expect.stringContaining('Client (AWS::Cognito::UserPoolClient) Color'),
  ]);
});

test('inspect names only the stand-in for a function in an image', async () => {
  const template = smallTemplate();
  Object.assign(template.Resources, {
    Image: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        PackageType: 'Image',
        Code: { ImageUri: 'registry.example/x:1' },
        Role: 'arn:aws:iam::1:role/r',
      },
    },
    ImageUrl: {
      Type: 'AWS::Lambda::Url',
      Properties: { TargetFunctionArn: { Ref: 'Image' }, AuthType: 'NONE' },
    },
  });
  const { flags, problems, verdict } = await inspect(await optionsFor(template));
  expect([verdict, flags]).toEqual(['needs-values', ['--stand-in Image=http://localhost:9000']]);
  expect(problems).toHaveLength(1);
});

test('inspect warns of an API without a stage, with the remedy', async () => {
  const template = smallTemplate();
  Object.assign(template.Resources, {
    Bare: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'bare' } },
  });
  const inspection = await inspect(await optionsFor(template));
  expect(describeInspection(inspection)).toContain(
    'Bare has no stage: it responds to every request with 403. Add an AWS::ApiGateway::Stage',
  );
  expect(inspection.verdict).toBe('runs');
});
