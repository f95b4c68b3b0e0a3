import { expect, test } from 'vitest';
import { smallBuilds } from '../test/synthesized';
import { InvalidOptions, STAGE_OPTIONS, stackPropsFrom } from './options';

const OPTIONS = Object.keys(STAGE_OPTIONS.shape);

const reader = (context: Record<string, unknown>) => (key: string) => context[key];

function problemsOf(context: Record<string, unknown>): readonly string[] {
  try {
    stackPropsFrom(reader({ ...smallBuilds(), ...context }), '/workspace');
  } catch (error) {
    if (error instanceof InvalidOptions) return error.problems;
    throw error;
  }
  return [];
}

test('the stage is dev and all other properties have the stack’s defaults if no option is set', () => {
  const builds = smallBuilds();
  expect(stackPropsFrom(reader(builds), '/workspace')).toEqual({ stageName: 'dev', ...builds });
});

test.each(['dev', 'prod', 'pr-123', 'x', 'a1234567890123456789'])('%s is a valid stage name', (stage) => {
  expect(problemsOf({ stage })).toEqual([]);
});

test.each(['Dev', 'dev_1', '1dev', 'dev-', '', 'a12345678901234567890'])(
  '%j is not a valid stage name',
  (stage) => {
    expect(problemsOf({ stage }).join()).toContain(`stage is "${stage}": use 1 to 20 lower-case letters`);
  },
);

test('rejects a stage name that puts a reserved word into the default domain prefix (CG-AD-07)', () => {
  expect(problemsOf({ stage: 'paws' })).toEqual([expect.stringContaining("stage 'paws' contains 'aws'")]);
  expect(problemsOf({ stage: 'paws', domainPrefix: 'greetings' })).toEqual([]);
});

test('rejects an invalid domain prefix (CG-AD-07)', () => {
  expect(problemsOf({ domainPrefix: 'my-cognito' })).toEqual([
    expect.stringContaining("domainPrefix 'my-cognito' contains 'cognito'"),
  ]);
});

test('reports all problems together, each with the option and the fix', () => {
  expect(() => stackPropsFrom(reader({ stage: 7, waf: 'on' }), '/workspace')).toThrow(
    [
      'Invalid options:',
      '  - waf is "on": use true or false',
      '  - stage is 7: use 1 to 20 lower-case letters, digits and inner hyphens, starting with a letter',
    ].join('\n'),
  );
  const read = reader({ stage: 'paws', minTasks: 5, webBuild: 'nowhere/web' });
  expect(() => stackPropsFrom(read, '/workspace')).toThrow(
    [
      'Invalid options:',
      "  - stage 'paws' contains 'aws', which Cognito reserves (aws, amazon, cognito): choose another",
      '  - minTasks 5 is greater than maxTasks 4: increase maxTasks',
      "  - webBuild /workspace/nowhere/web does not contain index.html: run 'npx nx build web', or pass another directory as -c webBuild=…",
      "  - apiBuild /workspace/apps/api/dist does not contain Dockerfile: run 'npx nx build api', or pass another directory as -c apiBuild=…",
    ].join('\n'),
  );
});

const DOMAIN = {
  domainName: 'app.example.com',
  hostedZoneId: 'Z0123456789',
  hostedZoneName: 'example.com',
};
const CERTIFICATE_ARN = 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b-3c';

test('passes every option to the stack', () => {
  const builds = smallBuilds();
  const webAclArn = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/site/1a2b-3c';
  const context = {
    ...builds,
    ...DOMAIN,
    stage: 'prod',
    region: 'eu-central-1',
    domainPrefix: 'greetings',
    capacity: 'fargate',
    minTasks: '2',
    maxTasks: '6',
    allowExec: 'true',
    certificateArn: CERTIFICATE_ARN,
    waf: 'true',
    closeApiEndpoint: 'true',
    webAclArn,
    mfaRequired: 'true',
    alarmEmail: 'ops@example.com',
    groups: 'admins,editors',
    zones: 'euc1-az1,euc1-az2',
    rollout: 'canary',
  };
  const onLambda = { ...builds, capacity: 'lambda', provisionedConcurrency: '2' };
  const options = new Set([...Object.keys(context), ...Object.keys(onLambda)]);
  expect([...options].sort()).toEqual(['stage', ...OPTIONS].sort());
  expect(stackPropsFrom(reader(onLambda), '/workspace')).toEqual({
    ...builds,
    stageName: 'dev',
    capacity: 'lambda',
    provisionedConcurrency: 2,
  });
  expect(stackPropsFrom(reader(context), '/workspace')).toEqual({
    ...builds,
    stageName: 'prod',
    region: 'eu-central-1',
    domainPrefix: 'greetings',
    capacity: 'fargate',
    minTasks: 2,
    maxTasks: 6,
    allowExec: true,
    domain: { ...DOMAIN, certificateArn: CERTIFICATE_ARN },
    waf: true,
    closeApiEndpoint: true,
    webAclArn,
    mfaRequired: true,
    alarmEmail: 'ops@example.com',
    groups: ['admins', 'editors'],
    zones: ['euc1-az1', 'euc1-az2'],
    rollout: 'canary',
  });
});

test('the command line takes precedence over the stage’s options in cdk.json', () => {
  const stages = { prod: { waf: true, capacity: 'fargate' }, dev: { alarmEmail: 'dev@example.com' } };
  const propsOf = (context: Record<string, unknown>) =>
    stackPropsFrom(reader({ ...smallBuilds(), stages, ...context }), '/workspace');
  expect(propsOf({ stage: 'prod' })).toMatchObject({ waf: true, capacity: 'fargate' });
  expect(propsOf({ stage: 'prod' })).not.toHaveProperty('alarmEmail');
  expect(propsOf({})).toMatchObject({ stageName: 'dev', alarmEmail: 'dev@example.com' });
  expect(propsOf({})).not.toHaveProperty('waf');
  expect(propsOf({ stage: 'prod', capacity: 'ec2' })).toMatchObject({ waf: true, capacity: 'ec2' });
  // Scripts pass an empty string for an option that is not set.
  expect(propsOf({ stage: 'prod', capacity: '' })).toMatchObject({ capacity: 'fargate' });
});

test('rejects unknown options of a stage and lists the known ones', () => {
  const problems = problemsOf({ stage: 'prod', stages: { prod: { wav: true, stage: 'dev' } } });
  expect(problems).toEqual([`stages.prod has unknown options wav, stage: use ${OPTIONS.join(', ')}`]);
  expect(problemsOf({ stage: 'prod', stages: { prod: true } })).toEqual([
    'stages.prod is true: use an object with options',
  ]);
  expect(problemsOf({ stages: [] })).toEqual([
    'stages is []: use an object with options by stage, such as {"prod": {"waf": true}}',
  ]);
});

test.each([
  [{ region: 'Frankfurt' }, 'region is "Frankfurt": use a region such as eu-central-1'],
  [{ capacity: 'ecs' }, 'capacity is "ecs": use ec2 or fargate or lambda'],
  [{ capacity: 'lambda', minTasks: 2 }, 'minTasks has no effect with capacity lambda: remove it'],
  [{ capacity: 'lambda', allowExec: 'true' }, 'allowExec has no effect with capacity lambda: remove it'],
  [{ provisionedConcurrency: 1 }, 'provisionedConcurrency has no effect with capacity ec2: remove it'],
  [{ minTasks: '0' }, 'minTasks is 0: use a whole number of at least 1'],
  [{ minTasks: 1.5 }, 'minTasks is 1.5: use a whole number of at least 1'],
  [{ minTasks: '1e3' }, 'minTasks is "1e3": use a whole number of at least 1'],
  [{ waf: 1 }, 'waf is 1: use true or false'],
  [{ domainPrefix: 7 }, 'domainPrefix is 7: use a string'],
  [{ waf: 'on' }, 'waf is "on": use true or false'],
  [{ mfaRequired: 'on' }, 'mfaRequired is "on": use true or false'],
  [{ allowExec: 'on' }, 'allowExec is "on": use true or false'],
  [{ alarmEmail: 'ops' }, 'alarmEmail is "ops": use an email address'],
  [{ minTasks: 5 }, 'minTasks 5 is greater than maxTasks 4: increase maxTasks'],
  [{ minTasks: 3, maxTasks: 2 }, 'minTasks 3 is greater than maxTasks 2: increase maxTasks'],
  [{ stages: { prod: { waf: 'on' } } }, 'stages.prod.waf is "on": use true or false'],
  [{ groups: 'admins,team a' }, 'groups.1 is "team a": use a group name of 1 to 128 characters'],
  [{ groups: ['admins', ''] }, 'groups.1 is "": use a group name'],
  [{ groups: true }, 'groups is true: use a list of names'],
])('rejects %j', (context, problem) => {
  expect(problemsOf(context)).toEqual([expect.stringContaining(problem)]);
});

test.each([
  'site',
  'arn:aws:wafv2:us-east-1:111122223333:regional/webacl/site/1a2b-3c',
  'arn:aws:wafv2:eu-west-1:111122223333:global/webacl/site/1a2b-3c',
])('rejects the web ACL ARN %s, which is not for CloudFront', (webAclArn) => {
  expect(problemsOf({ webAclArn })).toEqual([
    expect.stringContaining(`webAclArn is "${webAclArn}": use the ARN of a web ACL for CloudFront`),
  ]);
});

test('a custom domain needs a hosted zone, and a certificate in us-east-1', () => {
  expect(problemsOf({ domainName: 'app.example.com' })).toEqual([
    'domainName, hostedZoneId and hostedZoneName belong together: set all three or none',
  ]);
  expect(problemsOf({ certificateArn: CERTIFICATE_ARN })).toEqual([
    'domainName, hostedZoneId and hostedZoneName belong together: set all three or none',
  ]);
  expect(problemsOf({ ...DOMAIN, certificateArn: CERTIFICATE_ARN, hostedZoneName: 'example.org' })).toEqual([
    'hostedZoneName example.org does not contain app.example.com: use the zone of the domain name',
  ]);
  const needsCertificate = [
    'certificateArn is not set, but CloudFront needs a certificate in us-east-1: set it, or deploy the stack to us-east-1, which creates one',
  ];
  expect(problemsOf(DOMAIN)).toEqual(needsCertificate);
  expect(problemsOf({ ...DOMAIN, region: 'eu-west-1' })).toEqual(needsCertificate);
  expect(problemsOf({ ...DOMAIN, region: 'us-east-1' })).toEqual([]);
  expect(problemsOf({ ...DOMAIN, certificateArn: CERTIFICATE_ARN })).toEqual([]);
});

test('a hosted zone contains its own name and its subdomains', () => {
  const domain = { ...DOMAIN, certificateArn: CERTIFICATE_ARN };
  for (const domainName of ['example.com', 'app.example.com'])
    expect(problemsOf({ ...domain, domainName })).toEqual([]);
  expect(problemsOf({ ...domain, domainName: 'notexample.com' })).toEqual([
    expect.stringContaining('hostedZoneName example.com does not contain notexample.com'),
  ]);
});

test.each([
  'localhost',
  'App.example.com',
  'https://example.com',
  'example.com/',
  '*.example.com',
  'a..b',
  '-a.example',
])('%j is not a domain name', (domainName) => {
  expect(problemsOf({ ...DOMAIN, domainName })).toEqual([
    `domainName is ${JSON.stringify(domainName)}: use a domain name such as app.example.com`,
  ]);
});

test('an internationalized domain name is valid', () => {
  const domain = { ...DOMAIN, domainName: 'xn--bcher-kva.example', hostedZoneName: 'xn--bcher-kva.example' };
  expect(problemsOf({ ...domain, region: 'us-east-1' })).toEqual([]);
});

test.each(['/hostedzone/Z123456', 'z123456'])('%j is not the id of a hosted zone', (hostedZoneId) => {
  expect(problemsOf({ ...DOMAIN, hostedZoneId })).toEqual([
    expect.stringContaining(`hostedZoneId is "${hostedZoneId}": use the id of a zone`),
  ]);
});

test.each(['arn:aws:acm:eu-west-1:111122223333:certificate/1a2b-3c', 'arn:aws:iam::111122223333:role/x'])(
  '%j is not a certificate in us-east-1',
  (certificateArn) => {
    expect(problemsOf({ ...DOMAIN, certificateArn })).toEqual([
      expect.stringContaining(
        `certificateArn is "${certificateArn}": use the ARN of a certificate for CloudFront`,
      ),
    ]);
  },
);

test('accepts flags and numbers as values and as strings', () => {
  const propsOf = (context: Record<string, unknown>) =>
    stackPropsFrom(reader({ ...smallBuilds(), ...context }), '/workspace');
  expect([true, 'true', false, 'false'].map((waf) => propsOf({ waf }).waf)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([2, '2', '02'].map((minTasks) => propsOf({ minTasks }).minTasks)).toEqual([2, 2, 2]);
});

test.each([
  [
    'euw3-az1,euw3-az2',
    'zones.1 is "euw3-az2": use the id of a zone that supports VPC links, such as euw3-az1',
  ],
  ['eu-west-3a,eu-west-3c', 'zones.0 is "eu-west-3a": use the id of a zone'],
  ['euw3-az1', 'zones is ["euw3-az1"]: use two different zones'],
  ['euw3-az1,euw3-az1', 'zones is ["euw3-az1","euw3-az1"]: use two different zones'],
])('rejects the zones %s', (zones, problem) => {
  expect(problemsOf({ zones })[0]).toContain(problem);
});

test('accepts zones that support VPC links, and zones of regions that AWS does not list', () => {
  expect(problemsOf({ zones: 'euw3-az1,euw3-az3' })).toEqual([]);
  expect(problemsOf({ zones: ['afs1-az1', 'afs1-az2'] })).toEqual([]);
});
