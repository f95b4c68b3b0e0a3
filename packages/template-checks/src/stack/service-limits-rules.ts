import { finding, rule, type Findings } from '../rule';
import type { TemplateResource, TemplateDocument } from '@spa-on-aws/cloudformation';

export const logBucketsTakeLogs = rule(
  'deployable',
  'log-buckets-accept-logs',
  'the log bucket of a distribution has access control lists on, which CloudFront needs for writing',
  function* ({ template }) {
    const logs = template
      .ofType('AWS::CloudFront::Distribution')
      .map(({ properties }) => properties.get('DistributionConfig', 'Logging', 'Bucket'))
      .filter((bucket) => bucket.isPresent);
    for (const named of logs) {
      const bucket = template.mentioned(named, 'AWS::S3::Bucket');
      const ownership = bucket?.properties.get('OwnershipControls', 'Rules').items[0]?.get('ObjectOwnership');
      if (['BucketOwnerPreferred', 'ObjectWriter'].includes(ownership?.text ?? '')) continue;
      yield finding(
        ownership?.path ?? named.path,
        `bucket ${bucket?.id ?? named.text} has ObjectOwnership ${ownership?.text || 'BucketOwnerEnforced'}: the deployment would fail: it ‘does not enable ACL access’`,
        'Set ObjectOwnership to BucketOwnerPreferred.',
      );
    }
    if (logs.length === 0) yield { notApplicable: 'no distribution logs to a bucket' };
  },
);

export const tablesFit = rule(
  'deployable',
  'table-keys-defined',
  'every table defines exactly the attributes that are keys of the table and its indexes',
  function* ({ template }) {
    const tables = template.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable');
    for (const { id, properties } of tables) {
      const indexes = ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes'].flatMap(
        (name) => properties.get(name).items,
      );
      const keys = [properties, ...indexes].flatMap((one) => one.get('KeySchema').items);
      const wanted = new Set(keys.map((key) => key.get('AttributeName').text));
      const definitions = properties.get('AttributeDefinitions');
      const defined = new Set(definitions.items.map((one) => one.get('AttributeName').text));
      const wrong = [...wanted, ...defined].filter((name) => !wanted.has(name) || !defined.has(name));
      if (wrong.length === 0) continue;
      yield finding(
        definitions,
        `${wrong.join(', ')} of table ${id} is a key without a definition, or a definition without a key`,
        'Define only the attributes that are keys.',
      );
    }
    if (tables.length === 0) yield { notApplicable: 'there is no table' };
  },
);

export const firewallsFit = rule(
  'deployable',
  'web-acls-valid',
  'the rules of a web ACL have different names and priorities, and only regional web ACLs are associated with API stages',
  function* ({ template }) {
    const acls = template.ofType('AWS::WAFv2::WebACL');
    for (const acl of acls) yield* repeatedFindings(acl);
    for (const { properties } of template.ofType('AWS::WAFv2::WebACLAssociation')) {
      const arn = properties.get('WebACLArn');
      const acl = template.referred(arn, 'AWS::WAFv2::WebACL');
      if (acl?.properties.get('Scope').text === 'REGIONAL') continue;
      yield finding(
        arn,
        `${arn.text} is not a web ACL of scope REGIONAL in this template`,
        'Use the Arn of one. Set the web ACL of CloudFront on the distribution.',
      );
    }
    if (acls.length === 0) yield { notApplicable: 'there is no web ACL' };
  },
);

function* repeatedFindings(acl: TemplateResource): Findings {
  for (const name of ['Name', 'Priority']) {
    const seen = new Set<string>();
    for (const rule of acl.properties.get('Rules').items) {
      const value = rule.get(name);
      if (seen.has(value.text)) {
        yield finding(value, `two rules have ${name} ${value.text}`, 'Use different values.');
      }
      seen.add(value.text);
    }
  }
}

export const logsHaveARole = rule(
  'deployable',
  'api-gateway-has-logs-role',
  'API Gateway has a role for writing logs, when a stage writes logs',
  function* ({ template }) {
    const logging = template.ofType('AWS::ApiGateway::Stage').filter(writesLogs);
    if (logging.length === 0) yield { notApplicable: 'no stage writes logs' };
    const accounts = template.ofType('AWS::ApiGateway::Account');
    for (const account of accounts) {
      const role = account.properties.get('CloudWatchRoleArn');
      if (!mayWriteLogs(template, role.reference?.id)) {
        yield finding(
          role,
          `${role.text || 'no role'} does not allow API Gateway to write logs`,
          'Use a role that apigateway.amazonaws.com can assume, with AmazonAPIGatewayPushToCloudWatchLogs.',
        );
      }
    }
    if (accounts.length > 0 || logging.length === 0) return;
    yield {
      needs:
        'a role in API Gateway’s account settings. Without it the deployment fails: ‘CloudWatch Logs role ARN must be set in account settings to enable logging’ (npx nx bootstrap infra creates it)',
    };
  },
  ['AG-PX-10'],
);

function writesLogs({ properties }: TemplateResource): boolean {
  const levels = properties
    .get('MethodSettings')
    .items.map((setting) => setting.get('LoggingLevel').literal ?? 'OFF');
  return properties.get('AccessLogSetting').isPresent || levels.some((level) => level !== 'OFF');
}

function mayWriteLogs(template: TemplateDocument, roleId: string | undefined): boolean {
  const role = template.resource(roleId);
  return (
    role?.properties
      .get('ManagedPolicyArns')
      .items.some((arn) => arn.text.endsWith('/AmazonAPIGatewayPushToCloudWatchLogs')) ?? false
  );
}
