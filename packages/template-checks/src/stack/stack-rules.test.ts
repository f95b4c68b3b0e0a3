import { expect, test } from 'vitest';
import { found, mutated, fixture, type MutableTemplate } from '../../test/fixtures';
import { type CheckedStack, checkRules, Subject } from '../rule';
import { logsHaveARole } from './service-limits-rules';

const GLOBAL = 'certificates-and-web-acls-in-us-east-1';
const CREATABLE = 'cloudfront-creatable';
const ONE_PASS = 'no-circular-dependencies';
const RESOLVE = 'references-resolve';
const NAMES = 'names-within-limits';
const ANYWHERE = 'no-hardcoded-region-or-account';
const LEAVES = 'deletion-policies-match-protection';
const LOGS = 'logs-expire';
const FITS = 'template-within-limits';

const config = (template: MutableTemplate) =>
  template.the('AWS::CloudFront::Distribution').Properties.DistributionConfig;
const certificate = (template: MutableTemplate, arn: unknown) =>
  Object.assign(config(template), {
    Aliases: ['greetings.example.com'],
    ViewerCertificate: {
      AcmCertificateArn: arn,
      MinimumProtocolVersion: 'TLSv1.2_2021',
      SslSupportMethod: 'sni-only',
    },
  });
const arnIn = (region: string) => `arn:aws:acm:${region}:123456789012:certificate/1a2b3c`;

test.each<[what: string, mutate: (template: MutableTemplate) => void, rules: readonly string[]]>([
  ['a certificate in us-east-1', (template) => certificate(template, arnIn('us-east-1')), []],
  ['a certificate in another region', (template) => certificate(template, arnIn('eu-west-1')), [GLOBAL]],
  [
    'a certificate of this stack without a fixed region',
    (template) => {
      template.add('Certificate', 'AWS::CertificateManager::Certificate', {
        DomainName: 'greetings.example.com',
      });
      certificate(template, { Ref: 'Certificate' });
    },
    [GLOBAL],
  ],
  [
    'a certificate with an unknown region',
    (template) => certificate(template, { 'Fn::ImportValue': 'certificate' }),
    [GLOBAL],
  ],
  [
    'custom domains without a certificate',
    (template) => (config(template).Aliases = ['greetings.example.com']),
    [GLOBAL, CREATABLE],
  ],
  [
    'TLS 1.0 with a certificate',
    (template) => {
      certificate(template, arnIn('us-east-1'));
      config(template).ViewerCertificate.MinimumProtocolVersion = 'TLSv1';
    },
    [GLOBAL],
  ],
  [
    'a web ACL in another region',
    (template) => (config(template).WebACLId = 'arn:aws:wafv2:eu-west-1:123456789012:global/webacl/x/1'),
    [GLOBAL],
  ],
  [
    'a web ACL for CloudFront in a stack without a fixed region',
    (template) => {
      template.add('Acl', 'AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} } });
    },
    [GLOBAL],
  ],
  [
    'a distribution that depends on a client',
    (template) => {
      config(template).Comment = { Ref: template.id('AWS::Cognito::UserPoolClient') };
    },
    [ONE_PASS],
  ],
  [
    'a reference to an unknown resource',
    (template) => (config(template).Comment = { Ref: 'Nothing' }),
    [RESOLVE],
  ],
  [
    'a dependency on an unknown resource',
    (template) => (template.the('AWS::S3::Bucket').DependsOn = ['Nothing']),
    [RESOLVE],
  ],
  [
    'a load balancer name with 33 characters',
    (template) =>
      (template.the('AWS::ElasticLoadBalancingV2::LoadBalancer').Properties.Name = 'x'.repeat(33)),
    [NAMES],
  ],
  [
    'a function name that is too long in some regions',
    (template) => {
      template.the('AWS::CloudFront::Function').Properties.Name = {
        'Fn::Join': ['', [{ Ref: 'AWS::Region' }, 'x'.repeat(51)]],
      };
    },
    [NAMES],
  ],
  [
    'the id of a region',
    (template) => (template.the('AWS::EC2::Subnet').Properties.AvailabilityZone = 'eu-west-1a'),
    [ANYWHERE],
  ],
  [
    'the id of an account',
    (template) => (template.the('AWS::ApiGateway::RestApi').Properties.Description = 'of 123456789012'),
    [ANYWHERE],
  ],
  ['a retained bucket', (template) => (template.the('AWS::S3::Bucket').DeletionPolicy = 'Retain'), [LEAVES]],
  [
    'a bucket that is not emptied',
    (template) => {
      template.remove(template.id('Custom::S3AutoDeleteObjects'));
    },
    [LEAVES],
  ],
  [
    'a user pool with deletion protection',
    (template) => (template.the('AWS::Cognito::UserPool').Properties.DeletionProtection = 'ACTIVE'),
    [LEAVES],
  ],
  [
    'a log group without a deletion policy',
    (template) => delete template.the('AWS::Logs::LogGroup').DeletionPolicy,
    [LEAVES],
  ],
  [
    'logs that never expire',
    (template) => delete template.the('AWS::Logs::LogGroup').Properties.RetentionInDays,
    [LOGS],
  ],
  [
    'a function with a log group outside of the template',
    (template) => delete template.the('AWS::Lambda::Function').Properties.LoggingConfig,
    [LOGS],
  ],
  [
    'more than 500 resources',
    (template) => {
      for (let index = 0; index < 500; index += 1) {
        template.add(`Parameter${index}`, 'AWS::SSM::Parameter', { Type: 'String', Value: 'x' });
      }
    },
    [FITS],
  ],
])('checks %s', async (_, mutate, rules) => {
  const result = await found(mutated((template) => void mutate(template)));
  expect([...result.rules].sort()).toEqual([...rules].sort());
});

test('accepts a certificate and a web ACL of a stack in us-east-1', async () => {
  const stage = mutated((template) => {
    template.add('Certificate', 'AWS::CertificateManager::Certificate', {
      DomainName: 'greetings.example.com',
    });
    template.add('Acl', 'AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} } });
    certificate(template, { Ref: 'Certificate' });
    config(template).WebACLId = { 'Fn::GetAtt': ['Acl', 'Arn'] };
  });
  expect((await found({ ...stage, region: 'us-east-1' })).rules).toEqual([]);
  expect((await found({ ...stage, region: 'eu-west-1' })).rules).toEqual([GLOBAL]);
});

test('reports all resources of a circular dependency', async () => {
  const result = await found(
    mutated((template) => {
      const bucket = template.id('AWS::S3::Bucket');
      template.add('A', 'AWS::SSM::Parameter', { Value: { Ref: 'B' } });
      template.add(
        'B',
        'AWS::SSM::Parameter',
        { Value: { 'Fn::Sub': '${A} and ${!Literal}' } },
        { DependsOn: [bucket] },
      );
    }),
  );
  expect(result.rules).toEqual([ONE_PASS]);
  expect(result.problems).toEqual(['A, B depend on each other']);
});

test.each<[what: string, mutate: (template: MutableTemplate) => void]>([
  ['a bucket that is deleted', (template) => (template.the('AWS::S3::Bucket').DeletionPolicy = 'Delete')],
  [
    'a user pool that is deleted when it is replaced',
    (template) => (template.the('AWS::Cognito::UserPool').UpdateReplacePolicy = 'Delete'),
  ],
  [
    'a user pool without deletion protection',
    (template) => (template.the('AWS::Cognito::UserPool').Properties.DeletionProtection = 'INACTIVE'),
  ],
])('reports %s, with termination protection', async (_, mutate) => {
  const prod = fixture('prod');
  expect((await found(mutated((template) => void mutate(template), prod))).rules).toEqual([LEAVES]);
});

const LOG_BUCKETS = 'log-buckets-accept-logs';
const TABLES = 'table-keys-defined';
const FIREWALLS = 'web-acls-valid';
const LOG_ROLE = 'api-gateway-has-logs-role';

test('reports a log bucket without access control lists', async () => {
  const result = await found(
    mutated((template) => {
      const logs = template.the('AWS::S3::Bucket', ({ Properties }) => Properties.LifecycleConfiguration);
      logs.Properties.OwnershipControls.Rules[0].ObjectOwnership = 'BucketOwnerEnforced';
    }),
  );
  expect(result.rules).toEqual([LOG_BUCKETS]);
  expect(result.problems[0]).toMatch(/does not enable ACL access/);
});

test.each<[what: string, mutate: (template: MutableTemplate) => void]>([
  [
    'a key without a definition',
    (template) => template.the('AWS::DynamoDB::Table').Properties.AttributeDefinitions.pop(),
  ],
  [
    'an attribute that is not a key',
    (template) =>
      template
        .the('AWS::DynamoDB::Table')
        .Properties.AttributeDefinitions.push({ AttributeName: 'last', AttributeType: 'N' }),
  ],
])('reports a table with %s', async (_, mutate) => {
  expect((await found(mutated((template) => void mutate(template)))).rules).toEqual([TABLES]);
});

test.each<[what: string, mutate: (template: MutableTemplate) => void]>([
  [
    'two rules with the same priority',
    (template) => {
      const { Rules } = template.the('AWS::WAFv2::WebACL').Properties;
      Rules[1].Priority = Rules[0].Priority;
    },
  ],
  [
    'two rules with the same name',
    (template) => {
      const { Rules } = template.the('AWS::WAFv2::WebACL').Properties;
      Rules[1].Name = Rules[0].Name;
    },
  ],
  [
    'an association of a web ACL in another stack',
    (template) => (template.the('AWS::WAFv2::WebACLAssociation').Properties.WebACLArn = 'arn'),
  ],
])('reports a web ACL with %s', async (_, mutate) => {
  expect((await found(mutated((template) => void mutate(template), fixture('web-acls')))).rules).toEqual([
    FIREWALLS,
  ]);
});

test('requires a role in the account when a stage writes logs without a role in the template', async () => {
  const withoutAccount = mutated((template) => {
    for (const [id, { Type }] of Object.entries(template.json.Resources)) {
      if (Type === 'AWS::ApiGateway::Account') template.remove(id);
    }
  });
  expect(await remarkOf(withoutAccount)).toEqual({
    needs: expect.stringContaining('CloudWatch Logs role ARN must be set'),
  });
  const quiet = mutated((template) => {
    const stage = template.the('AWS::ApiGateway::Stage').Properties;
    delete stage.AccessLogSetting;
    delete stage.MethodSettings;
  });
  expect(await remarkOf(quiet)).toEqual({ notApplicable: 'no stage writes logs' });
});

test('reports a role that cannot write logs', async () => {
  const role = (ManagedPolicyArns: unknown[]) =>
    mutated((template) => {
      template.add('LogRole', 'AWS::IAM::Role', { ManagedPolicyArns });
      template.add('Account', 'AWS::ApiGateway::Account', {
        CloudWatchRoleArn: { 'Fn::GetAtt': ['LogRole', 'Arn'] },
      });
    });
  expect((await found(role([]))).rules).toEqual([LOG_ROLE]);
  const policy = 'arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';
  expect((await found(role([{ 'Fn::Sub': policy }]))).rules).toEqual([]);
});

async function remarkOf(stack: CheckedStack) {
  return (await checkRules(new Subject(stack), [logsHaveARole]))[0]?.remark;
}
