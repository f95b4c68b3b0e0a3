import { API_GROUPS } from '@spa-on-aws/shared-types';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dependencies, TemplateDocument } from '@spa-on-aws/cloudformation';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { rendered } from '../test/rendered';
import { smallBuilds, temporaryDirectory, unvalidatedApp, validatedApp } from '../test/synthesized';
import { CAPACITIES } from './backend/api-task';
import { SpaOnAwsStack, type SpaOnAwsStackProps } from './spa-on-aws-stack';
import { checkSecurityRules } from './stage-app';

const dependenciesIn = (template: object): Dependencies => new Dependencies(new TemplateDocument(template));

function stackOf(
  stageName: string,
  app = unvalidatedApp(),
  options: Partial<SpaOnAwsStackProps> = {},
): SpaOnAwsStack {
  return new SpaOnAwsStack(app, `spa-on-aws-${stageName}`, { stageName, ...smallBuilds(), ...options });
}

interface CfnResourceJson {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

function templateOfStage(stageName: string): Template {
  return Template.fromStack(stackOf(stageName));
}

function onlyIdOf(template: Template, type: string): string {
  const ids = Object.keys(template.findResources(type));
  expect(ids).toHaveLength(1);
  return ids[0] ?? '';
}

/** Returns the files below a directory by path, Base64-encoded. */
function contentsOf(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(directory.length), readFileSync(path, 'base64')]),
  );
}

test('stateful resources keep their logical ids, because a new id would replace them', () => {
  const template = templateOfStage('prod');
  expect(Object.keys(template.findResources('AWS::S3::Bucket')).sort()).toEqual([
    'SiteAccessLogsBucket54CA4C68',
    'SiteBucket978D4AEB',
  ]);
  expect(onlyIdOf(template, 'AWS::Cognito::UserPool')).toBe('SignInUserPoolA2C003D1');
});

test('on every capacity, the API verifies tokens of the stage’s user pool, app client and scope', () => {
  const expected = {
    LOG_LEVEL: 'info',
    TOKEN_ISSUER: expect.stringMatching(/cognito-idp.+\/\$\{SignInUserPoolA2C003D1\}$/),
    TOKEN_CLIENT_ID: expect.stringMatching(/^\$\{SignInClient/),
  };
  for (const capacity of [...CAPACITIES, 'lambda'] as const) {
    const stack = stackOf('dev', unvalidatedApp(), { capacity });
    const template = Template.fromStack(stack);
    const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
    const [api] = Object.values(
      template.findResources('AWS::Lambda::Function', { Properties: { Description: 'Greeting API' } }),
    );
    const variables: Record<string, unknown> =
      api?.['Properties'].Environment.Variables ??
      Object.fromEntries(
        task?.['Properties'].ContainerDefinitions[0].Environment.map(
          (one: { Name: string; Value: unknown }) => [one.Name, one.Value],
        ),
      );
    const inWords = Object.entries(variables).map(([name, value]) => [name, rendered(value)]);
    expect(Object.fromEntries(inWords)).toMatchObject({
      ...expected,
      TOKEN_SCOPE: stack.signIn.apiScope,
    });
  }
});

test('there are no circular dependencies, so one deployment is enough', () => {
  expect(dependenciesIn(templateOfStage('dev').toJSON()).onCycles).toEqual([]);
});

test('the app client depends on the distribution, and not the other way round', () => {
  const template = templateOfStage('dev');
  const dependencies = dependenciesIn(template.toJSON());
  const distribution = onlyIdOf(template, 'AWS::CloudFront::Distribution');
  const client = onlyIdOf(template, 'AWS::Cognito::UserPoolClient');
  expect(dependencies.of(distribution)).not.toContain(client);
  expect(dependencies.of(client)).toContain(distribution);
});

test('the page can only connect to its own origin, the user pool’s issuer and the sign-in domain', () => {
  const [policy] = Object.values(
    templateOfStage('dev').findResources('AWS::CloudFront::ResponseHeadersPolicy'),
  );
  const csp = rendered(
    policy?.['Properties'].ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy
      .ContentSecurityPolicy,
  );
  const prefix = `spa-dev-${JSON.stringify({
    'Fn::Select': [
      0,
      { 'Fn::Split': ['-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }] },
    ],
  })}`;
  expect(csp.split('; ')).toContain(
    `connect-src 'self' https://cognito-idp.\${AWS::Region}.amazonaws.com ` +
      `https://${prefix}.auth.\${AWS::Region}.amazoncognito.com`,
  );
});

test('the origin of /api/* is the API’s stage, with a public host name (CF-PATH-09)', () => {
  const [distribution] = Object.values(templateOfStage('dev').findResources('AWS::CloudFront::Distribution'));
  const origins = distribution?.['Properties'].DistributionConfig.Origins;
  expect(origins[1].OriginPath).toBe('/dev');
  expect(rendered(origins[1].DomainName)).toMatch(
    /^\$\{ApiRestApi[0-9A-F]+\}\.execute-api\.\$\{AWS::Region\}\.\$\{AWS::URLSuffix\}$/,
  );
});

test.each(['dev', 'prod'])(
  'the template of stage %s contains no localhost, account id, region or zone',
  (stageName) => {
    const { Conditions, ...template } = templateOfStage(stageName).toJSON();
    // The alarm's condition and the dashboard contain us-east-1, the region of CloudFront's metrics.
    const [dashboard] = Object.values(template.Resources as Record<string, CfnResourceJson>).filter(
      ({ Type }) => Type === 'AWS::CloudWatch::Dashboard',
    );
    delete dashboard?.Properties['DashboardBody'];
    expect(Object.keys(Conditions)).toHaveLength(1);
    // The container's health check connects to the container itself.
    const text = JSON.stringify(template).replace('http.get(`http://127.0.0.1:', '');
    expect(text).not.toMatch(/localhost|127\.0\.0\.1/);
    expect(text).not.toMatch(/\b\d{12}\b/);
    expect(text).not.toMatch(/\b(?:af|ap|ca|cn|eu|il|me|mx|sa|us)-[a-z]+-\d/);
  },
);

test('stage prod retains its data and has termination protection; other stages retain nothing', () => {
  expect(stackOf('prod').terminationProtection).toBe(true);
  expect(stackOf('dev').terminationProtection).toBe(false);
  const retained = (stageName: string) => {
    const template = templateOfStage(stageName);
    const tables = Object.keys(template.findResources('AWS::DynamoDB::Table'));
    return Object.entries(template.toJSON().Resources as Record<string, { DeletionPolicy?: string }>)
      .filter(([, resource]) => resource.DeletionPolicy === 'Retain')
      .map(([id]) =>
        tables.includes(id) ? `table ${tables.indexOf(id) + 1}` : id.replace(/[0-9A-F]{8}$/, ''),
      )
      .sort();
  };
  const { tables } = stackOf('prod').backend;
  expect(retained('prod')).toEqual([
    'ApiAccessLogs',
    'ApiExecutionLogs',
    'BackendNetworkRefusedConnections',
    'BackendTaskLogs',
    'SignInUserPool',
    ...API_GROUPS.map((group) => `SignInUserPoolGroup${group}`).sort(),
    'SiteAccessLogsBucket',
    'SiteBucket',
    ...Object.keys(tables).map((_, index) => `table ${index + 1}`),
  ]);
  expect(retained('dev')).toEqual([]);
});

test('the stack has outputs for users and tests', () => {
  expect(Object.keys(templateOfStage('dev').toJSON().Outputs)).toEqual([
    'SiteUrl',
    'UserPoolId',
    'UserPoolClientId',
    'SignInDomain',
    'ApiEndpoint',
    'DashboardUrl',
    'AlarmTopicArn',
  ]);
});

test('no resource or output depends on a resource with a condition', () => {
  const template = templateOfStage('dev').toJSON();
  const conditional = Object.entries(template.Resources as Record<string, { Condition?: string }>)
    .filter(([, resource]) => resource.Condition)
    .map(([id]) => id);
  expect(conditional).toEqual([expect.stringMatching(/^AlarmsSiteErrors/)]);
  const dependencies = dependenciesIn(template);
  for (const id of Object.keys(template.Resources)) expect(dependencies.of(id)).not.toContain(conditional[0]);
  expect(JSON.stringify(template.Outputs)).not.toContain(conditional[0]);
});

test('resources have a tag with the stage', () => {
  templateOfStage('dev').hasResourceProperties('AWS::S3::Bucket', {
    Tags: Match.arrayWith([{ Key: 'stage', Value: 'dev' }]),
  });
});

test('the same input gives the same assembly, byte for byte', () => {
  const builds = smallBuilds();
  const synthesize = () => {
    const outdir = temporaryDirectory();
    const app = validatedApp(outdir);
    new SpaOnAwsStack(app, 'spa-on-aws-dev', { stageName: 'dev', ...builds });
    checkSecurityRules(app);
    app.synth();
    return contentsOf(outdir);
  };
  const first = synthesize();
  expect(Object.keys(first)).toContain('/spa-on-aws-dev.template.json');
  for (const [path, bytes] of Object.entries(first)) {
    if (path.endsWith('.json'))
      expect(Buffer.from(bytes, 'base64').toString()).not.toContain(builds.webBuild);
  }
  expect(synthesize()).toEqual(first);
});

test('AWS’s validator rejects a property that CloudFormation does not know', () => {
  const app = validatedApp();
  const stack = stackOf('dev', app);
  (stack.site.bucket.node.defaultChild as CfnBucket).addPropertyOverride('Colour', 'red');
  expect(() => app.synth()).toThrow("Additional properties are not allowed ('Colour' was unexpected)");
});

const DOMAIN = {
  domainName: 'app.example.com',
  hostedZoneId: 'Z0123456789',
  hostedZoneName: 'example.com',
};
const CERTIFICATE_ARN = 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b-3c';
const WEB_ACL_ARN = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/site/1a2b-3c';

test.each([
  ...CAPACITIES.flatMap((capacity) => ['dev', 'prod'].map((stageName) => ({ stageName, capacity }))),
  { stageName: 'dev', capacity: 'lambda' },
  { stageName: 'prod', capacity: 'lambda', provisionedConcurrency: 1 },
  { stageName: 'dev', allowExec: true, minTasks: 2, maxTasks: 6 },
  { stageName: 'dev', capacity: 'fargate', allowExec: true },
  { stageName: 'dev', waf: true, mfaRequired: true, alarmEmail: 'ops@example.com', closeApiEndpoint: true },
  { stageName: 'prod', region: 'us-east-1', domain: DOMAIN, waf: true },
  {
    stageName: 'prod',
    region: 'eu-central-1',
    domain: { ...DOMAIN, certificateArn: CERTIFICATE_ARN },
    waf: true,
    webAclArn: WEB_ACL_ARN,
  },
] as const)('AWS’s validator and the security rules accept %j', ({ stageName, ...options }) => {
  const app = validatedApp();
  stackOf(stageName, app, options);
  checkSecurityRules(app);
  expect(() => app.synth()).not.toThrow();
});

test('with a custom domain, callback and logout URLs are on that domain only', () => {
  const template = Template.fromStack(
    stackOf('prod', unvalidatedApp(), { region: 'us-east-1', domain: DOMAIN }),
  );
  template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
    CallbackURLs: ['https://app.example.com/callback'],
    LogoutURLs: ['https://app.example.com/'],
  });
  template.hasOutput('SiteUrl', { Value: 'https://app.example.com' });
  template.resourceCountIs('AWS::Route53::RecordSet', 2);
  expect(dependenciesIn(template.toJSON()).onCycles).toEqual([]);
});

test('waf adds a web ACL to the API, and to the site if the region is us-east-1 and no ARN is given', () => {
  const webAcls = (options: Partial<SpaOnAwsStackProps>) => {
    const template = Template.fromStack(stackOf('dev', unvalidatedApp(), options));
    const [distribution] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
    return {
      scopes: Object.values(template.findResources('AWS::WAFv2::WebACL'))
        .map(({ Properties }) => Properties.Scope)
        .sort(),
      site: rendered(distribution?.['Properties'].DistributionConfig.WebACLId),
    };
  };
  expect(webAcls({})).toEqual({ scopes: [], site: 'undefined' });
  expect(webAcls({ waf: true })).toEqual({ scopes: ['REGIONAL'], site: 'undefined' });
  expect(webAcls({ waf: true, region: 'us-east-1' })).toEqual({
    scopes: ['CLOUDFRONT', 'REGIONAL'],
    site: expect.stringMatching(/^\$\{SiteFirewall\w+\.Arn\}$/),
  });
  expect(webAcls({ waf: true, region: 'us-east-1', webAclArn: WEB_ACL_ARN })).toEqual({
    scopes: ['REGIONAL'],
    site: WEB_ACL_ARN,
  });
  expect(webAcls({ webAclArn: WEB_ACL_ARN })).toEqual({ scopes: [], site: WEB_ACL_ARN });
});

test('mfaRequired and alarmEmail are off by default', () => {
  const template = Template.fromStack(
    stackOf('dev', unvalidatedApp(), { mfaRequired: true, alarmEmail: 'ops@example.com' }),
  );
  template.hasResourceProperties('AWS::Cognito::UserPool', { MfaConfiguration: 'ON' });
  template.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'ops@example.com' });
  templateOfStage('dev').hasResourceProperties('AWS::Cognito::UserPool', { MfaConfiguration: 'OPTIONAL' });
  templateOfStage('dev').resourceCountIs('AWS::SNS::Subscription', 0);
});

test('capacity, minTasks, maxTasks, allowExec and provisionedConcurrency configure the backend', () => {
  const templateWith = (options: Partial<SpaOnAwsStackProps>) =>
    Template.fromStack(stackOf('dev', unvalidatedApp(), options));
  templateWith({}).resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 1);
  templateWith({ capacity: 'fargate' }).resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 0);
  templateWith({ minTasks: 2, maxTasks: 6 }).hasResourceProperties(
    'AWS::ApplicationAutoScaling::ScalableTarget',
    {
      MinCapacity: 2,
      MaxCapacity: 6,
    },
  );
  templateWith({ capacity: 'lambda', provisionedConcurrency: 3 }).hasResourceProperties(
    'AWS::Lambda::Alias',
    {
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 3 },
    },
  );
  templateWith({ allowExec: true }).hasResourceProperties('AWS::ECS::Service', {
    EnableExecuteCommand: true,
  });
});

test('closeApiEndpoint: the API accepts only requests with the secret header of the distribution', () => {
  const template = Template.fromStack(stackOf('dev', unvalidatedApp(), { closeApiEndpoint: true }));
  const secret = onlyIdOf(template, 'AWS::SecretsManager::Secret');
  const [api] = Object.values(template.findResources('AWS::ApiGateway::RestApi'));
  const [statement, ...others] = api?.['Properties'].Policy.Statement;
  expect(others).toEqual([]);
  const { 'aws:Referer': referer } = statement.Condition.StringEquals;
  expect(rendered(referer)).toBe(`{{resolve:secretsmanager:\${${secret}}:SecretString:::}}`);
  expect(statement).toMatchObject({
    Effect: 'Allow',
    Action: 'execute-api:Invoke',
    Resource: 'execute-api:/*',
  });
  const [distribution] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
  const [site, ofApi] = distribution?.['Properties'].DistributionConfig.Origins;
  expect(ofApi.OriginCustomHeaders).toEqual([{ HeaderName: 'Referer', HeaderValue: referer }]);
  expect(site).not.toHaveProperty('OriginCustomHeaders');
  // Tests and users have no other URL for the API than the site's.
  expect(Object.keys(template.toJSON().Outputs)).not.toContain('ApiEndpoint');
});

test('without closeApiEndpoint, there is no secret, and the API has no resource policy', () => {
  const template = templateOfStage('dev');
  template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  template.hasResourceProperties('AWS::ApiGateway::RestApi', { Policy: Match.absent() });
});

test.each([
  [{}, 800],
  [{ maxTasks: 10 }, 2_000],
])(
  'with %j, the throttle of the API is what the tasks can answer: %d requests per second',
  (options, rate) => {
    const template = Template.fromStack(stackOf('dev', unvalidatedApp(), options));
    const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage'));
    expect(stage?.['Properties'].MethodSettings[0]).toMatchObject({
      ThrottlingRateLimit: rate,
      ThrottlingBurstLimit: rate / 2,
    });
  },
);

test('the API accepts paths with the stage as a prefix (PI-06)', () => {
  templateOfStage('prod').hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [
      Match.objectLike({ Environment: Match.arrayWith([{ Name: 'PATH_PREFIX', Value: '/prod' }]) }),
    ],
  });
});

test.each(['dev', 'prod'])('in stage %s, every log group expires after 30 days', (stageName) => {
  const template = templateOfStage(stageName);
  const groups = Object.values(template.findResources('AWS::Logs::LogGroup'));
  expect(groups.length).toBeGreaterThan(4);
  for (const group of groups) expect(group['Properties']).toHaveProperty('RetentionInDays', 30);
});

test.each(CAPACITIES)('on %s, an alarm on failed requests rolls a canary back', (capacity) => {
  const template = Template.fromStack(stackOf('dev', unvalidatedApp(), { capacity, rollout: 'canary' }));
  template.hasResourceProperties('AWS::ECS::Service', {
    DeploymentConfiguration: Match.objectLike({
      Strategy: 'CANARY',
      Alarms: {
        Enable: true,
        Rollback: true,
        AlarmNames: [{ Ref: Match.stringLikeRegexp('^AlarmsApiErrors') }],
      },
    }),
  });
  expect(dependenciesIn(template.toJSON()).onCycles).toEqual([]);
});

test.each([
  ['canary', 'CodeDeployDefault.LambdaCanary10Percent10Minutes'],
  ['linear', 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute'],
] as const)(
  'on Lambda, CodeDeploy moves the alias to a new version (%s), and back on an alarm',
  (rollout, config) => {
    const template = Template.fromStack(stackOf('dev', unvalidatedApp(), { capacity: 'lambda', rollout }));
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      DeploymentConfigName: config,
      AlarmConfiguration: {
        Enabled: true,
        Alarms: [
          { Name: { Ref: Match.stringLikeRegexp('^AlarmsApiErrors') } },
          { Name: { Ref: Match.stringLikeRegexp('^AlarmsFunctionFailures') } },
        ],
      },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    });
    template.hasResource('AWS::Lambda::Alias', {
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          DeploymentGroupName: { Ref: Match.stringLikeRegexp('^BackendRollout') },
        },
      },
    });
    expect(dependenciesIn(template.toJSON()).onCycles).toEqual([]);
  },
);
