import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ServiceError } from '../../test/aws/response';
import { fakeAws, projectWith, run } from '../../test/run';

/** Creates a project whose stack has a VPC link in these availability zones. */
function projectWithVpcLink(zones: readonly unknown[]): string {
  const directory = projectWith('dev');
  const file = join(directory, 'cdk.out/spa-on-aws-dev.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, object> };
  zones.forEach((zone, index) => {
    const isId = typeof zone === 'string' && zone.includes('-az');
    const Properties = isId ? { AvailabilityZoneId: zone } : { AvailabilityZone: zone };
    template.Resources[`Subnet${index}`] = { Type: 'AWS::EC2::Subnet', Properties };
  });
  template.Resources['Link'] = {
    Type: 'AWS::ApiGatewayV2::VpcLink',
    Properties: { SubnetIds: zones.map((_zone, index) => ({ Ref: `Subnet${index}` })) },
  };
  writeFileSync(file, JSON.stringify(template));
  return directory;
}

const zoneAt = (index: number) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] });

/** Zones of eu-west-3, where VPC links are in az1 and az3. */
const PARIS = { 'eu-west-3a': 'euw3-az1', 'eu-west-3b': 'euw3-az2', 'eu-west-3c': 'euw3-az3' };

test.each([
  ['the first two zones', [zoneAt(0), zoneAt(1)]],
  ['zones by name', ['eu-west-3b', 'eu-west-3c']],
  ['zones by id', ['euw3-az2', 'euw3-az3']],
])('does not deploy a VPC link to a zone without VPC links: %s', async (_zones, zones) => {
  const aws = await fakeAws();
  aws.zones = PARIS;
  const { exitCode, text, cdkRuns } = await run(aws, 'deploy', { directory: projectWithVpcLink(zones) });
  expect({ exitCode, cdkRuns }).toEqual({ exitCode: 1, cdkRuns: [] });
  expect(text).toContain('✖ zones       API Gateway has no VPC links in euw3-az2');
  expect(text).toContain('to two of euw3-az1, euw3-az3, before the first deployment');
});

test('does not deploy to a zone of another region', async () => {
  const aws = await fakeAws();
  const { text } = await run(aws, 'deploy', { directory: projectWithVpcLink(['euw3-az1', 'euc1-az2']) });
  expect(text).toContain(
    '✖ zones       API Gateway has no VPC links in euw3-az1, or the region has no such zone',
  );
});

test.each([
  ['fit', PARIS, ['eu-west-3a', 'eu-west-3c']],
  ['are not in AWS’s list', { 'xx-new-1a': 'xxn1-az1', 'xx-new-1b': 'xxn1-az2' }, [zoneAt(0), zoneAt(1)]],
])('deploys a VPC link to zones that %s', async (_reason, zones, used) => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed('spa-on-aws-dev', { Resources: {} });
  aws.zones = zones;
  expect(await run(aws, 'deploy', { directory: projectWithVpcLink(used) })).toMatchObject({ exitCode: 0 });
});

test('requires the service-linked role of ECS', async () => {
  const aws = await fakeAws();
  aws.hasEcsRole = false;
  const { text, cdkRuns } = await run(aws, 'deploy', { directory: projectWith('dev') });
  expect(text).toContain('✖ ECS role    the account has never used ECS');
  expect(text).toContain('→ npx nx bootstrap infra --region=eu-central-1');
  expect(cdkRuns).toEqual([]);
});

test('skips what the credentials cannot read', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed('spa-on-aws-dev', { Resources: {} });
  aws.failures.set('iam.GetRole', new ServiceError('AccessDenied', 'not authorized', 403));
  aws.failures.set('ec2.DescribeAvailabilityZones', new ServiceError('UnauthorizedOperation', 'no', 403));
  const { exitCode, text } = await run(aws, 'deploy', { directory: projectWithVpcLink([zoneAt(0)]) });
  expect(exitCode).toBe(0);
  expect(text).toContain('? ECS role    these credentials cannot read the service-linked role of ECS');
  expect(text).toContain('? zones       these credentials cannot read the availability zones of the region');
});
