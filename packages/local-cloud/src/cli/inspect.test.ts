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

/** With a property that nobody knows, of a type that guards nothing. */
function withColouredFiles(): Template {
  const template = smallTemplate();
  Object.assign(template.Resources['Files'] ?? {}, { Properties: { Colour: 'red' } });
  return template;
}

function withSite(change: object): Template {
  const template = smallTemplate();
  Object.assign(template.Resources['Site']?.Properties?.['DistributionConfig'] as object, change);
  return template;
}

test('each property is interpreted, without effect, or not supported, as the schema that reads it says', async () => {
  const template = withSite({ Comment: 'x', PriceClass: 'all' });
  Object.assign(template.Resources['Files'] ?? {}, withColouredFiles().Resources['Files']);
  const found = await inspect(await optionsFor(template));
  expect(treatmentOf(found, 'Site', 'DistributionConfig.Origins[0].DomainName')).toBe('interpreted');
  expect(treatmentOf(found, 'Site', 'DistributionConfig.Comment')).toBe('without effect');
  expect(treatmentOf(found, 'Files', 'Colour')).toBe('not supported');
  expect(found).toMatchObject({
    notOnTheRequestPath: { 'AWS::Logs::LogGroup': 1 },
    problems: [],
    warnings: [
      'Files (AWS::S3::Bucket) Colour: the local cloud does not know this property: mend its name, or leave it out.',
    ],
  });
});

test('a property that only gives a name is interpreted', async () => {
  const template = smallTemplate();
  Object.assign(template.Resources['Files'] ?? {}, { Properties: { BucketName: 'files', Tags: [] } });
  const found = await inspect(await optionsFor(template));
  expect(treatmentOf(found, 'Files', 'BucketName')).toBe('interpreted');
  expect(treatmentOf(found, 'Files', 'Tags')).toBe('without effect');
});

test('everything that a start would refuse is found at once', async () => {
  const template = withSite({ WebACLId: 'arn:aws:wafv2:x' });
  Object.assign(template.Resources['Method']?.Properties ?? {}, { Colour: 'red' });
  Object.assign(template.Resources['Pool']?.Properties ?? {}, { MfaConfiguration: 'SOMETIMES' });
  Object.assign(template.Resources['Task']?.Properties?.['ContainerDefinitions'] as object, [
    { Name: 'api' },
  ]);
  const { problems, resources } = await inspect(await optionsFor(template));
  const text = problems.join('\n');
  expect(text).toContain('Site (AWS::CloudFront::Distribution) DistributionConfig.WebACLId');
  expect(text).toContain('Method (AWS::ApiGateway::Method) Colour');
  expect(text).toContain('Pool (AWS::Cognito::UserPool) MfaConfiguration');
  expect(text).toContain('Task (AWS::ECS::TaskDefinition)');
  expect(resources.map(({ logicalId }) => logicalId)).toContain('Balancer');
});

test('where it is strict, what would be passed over is a problem', async () => {
  const { problems, warnings } = await inspect(await optionsFor(withColouredFiles(), { strict: true }));
  expect([problems.length, warnings.length]).toEqual([1, 0]);
});

test('a template that cannot be read is a problem like any other', async () => {
  const template = { Resources: { It: { Type: 'AWS::S3::Bucket', Properties: { Tags: { Ref: 'Gone' } } } } };
  expect(await inspect(await optionsFor(template))).toMatchObject({
    resources: [],
    problems: [expect.stringContaining('ERR_DANGLING_REFERENCE: Resources.It.Properties.Tags')],
  });
});

test.each([
  [{ 'Fn::Select': [5, ['a']] }, 'Fn::Select has no item 5 in a list of 1'],
  ['{{resolve:ssm:/a/b}}', '{{resolve:ssm:/a/b}} has its value in AWS only: make it a parameter'],
])('a property that cannot be resolved is a problem like any other: %j', async (Comment, message) => {
  const { problems, resources } = await inspect(await optionsFor(withSite({ Comment })));
  expect(problems.join()).toContain(`Resources.Site.Properties.DistributionConfig.Comment: ${message}`);
  expect(resources.map(({ logicalId }) => logicalId)).toContain('Method');
});

test('a firewall before something that runs is a problem: it would refuse what goes through here', async () => {
  const template = smallTemplate();
  Object.assign(template.Resources, {
    Wall: { Type: 'AWS::WAFv2::WebACLAssociation', Properties: { ResourceArn: 'arn:x', WebACLArn: 'arn:y' } },
  });
  const { problems } = await inspect(await optionsFor(template));
  expect(problems).toEqual([
    expect.stringContaining('Wall (AWS::WAFv2::WebACLAssociation): puts a firewall (WAF) before arn:x'),
  ]);
});

test('the report names items of a list once', async () => {
  const text = describeInspection(await inspect(await optionsFor(withColouredFiles())));
  expect(text.match(/DistributionConfig\.Origins\[\]\.DomainName/g)).toHaveLength(1);
  expect(text).toContain('  not supported    Colour');
  expect(text).toMatch(
    /\d+ resources: \d+ properties interpreted, \d+ properties without effect, 1 properties/,
  );
});
