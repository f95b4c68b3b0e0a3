import { expect, test } from 'vitest';
import { smallBuilds } from '../test/synthesized';
import { InvalidOptions, OPTIONS, stackPropsFrom } from './options';

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

test('without options the stage is dev and the prefix is left to the stack', () => {
  const builds = smallBuilds();
  expect(stackPropsFrom(reader(builds), '/workspace')).toEqual({ stageName: 'dev', ...builds });
});

test.each(['dev', 'prod', 'pr-123', 'x', 'a1234567890123456789'])('%s is a stage', (stage) => {
  expect(problemsOf({ stage })).toEqual([]);
});

test.each(['Dev', 'dev_1', '1dev', 'dev-', '', 'a12345678901234567890'])('%j is no stage', (stage) => {
  expect(problemsOf({ stage }).join()).toContain(`stage '${stage}' is no stage name`);
});

test('a stage that would put a reserved word into the sign-in domain is refused (CG-AD-07)', () => {
  expect(problemsOf({ stage: 'paws' })).toEqual([expect.stringContaining("stage 'paws' contains 'aws'")]);
  expect(problemsOf({ stage: 'paws', domainPrefix: 'greetings' })).toEqual([]);
});

test('a chosen domain prefix is checked', () => {
  expect(problemsOf({ domainPrefix: 'my-cognito' })).toEqual([
    expect.stringContaining("domainPrefix 'my-cognito' contains 'cognito'"),
  ]);
});

test('all problems are told at once, each with its place and its remedy', () => {
  const read = reader({ stage: 7, webBuild: 'nowhere/web' });
  expect(() => stackPropsFrom(read, '/workspace')).toThrow(
    [
      'The infrastructure cannot be synthesized:',
      '  - stage is 7, not a text: pass it as -c stage=…',
      "  - webBuild /workspace/nowhere/web has no index.html: run 'npx nx build web', or name another directory by -c webBuild=…",
      "  - apiBuild /workspace/apps/api/dist has no Dockerfile: run 'npx nx build api', or name another directory by -c apiBuild=…",
    ].join('\n'),
  );
});

const DOMAIN = {
  domainName: 'app.example.com',
  hostedZoneId: 'Z0123456789',
  hostedZoneName: 'example.com',
};
const CERTIFICATE_ARN = 'arn:aws:acm:us-east-1:111122223333:certificate/1a2b-3c';

test('each option makes it to the stack', () => {
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
    webAclArn,
    mfaRequired: 'true',
    alarmEmail: 'ops@example.com',
  };
  expect(Object.keys(context).sort()).toEqual([...OPTIONS].sort());
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
    webAclArn,
    mfaRequired: true,
    alarmEmail: 'ops@example.com',
  });
});

test('a stage may have options of its own, which the command line overrules', () => {
  const stages = { prod: { waf: true, capacity: 'fargate' }, dev: { alarmEmail: 'dev@example.com' } };
  const of = (context: Record<string, unknown>) =>
    stackPropsFrom(reader({ ...smallBuilds(), stages, ...context }), '/workspace');
  expect(of({ stage: 'prod' })).toMatchObject({ waf: true, capacity: 'fargate' });
  expect(of({ stage: 'prod' })).not.toHaveProperty('alarmEmail');
  expect(of({})).toMatchObject({ stageName: 'dev', alarmEmail: 'dev@example.com' });
  expect(of({})).not.toHaveProperty('waf');
  expect(of({ stage: 'prod', capacity: 'ec2' })).toMatchObject({ waf: true, capacity: 'ec2' });
  // What a script passes on that was not given one itself.
  expect(of({ stage: 'prod', capacity: '' })).toMatchObject({ capacity: 'fargate' });
});

test('an option that a stage cannot have is told, with those there are', () => {
  const problems = problemsOf({ stage: 'prod', stages: { prod: { wav: true, stage: 'dev' } } });
  const allowed = OPTIONS.filter((option) => option !== 'stage').join(', ');
  expect(problems).toEqual([
    `stages.prod.wav is no option: there are ${allowed}`,
    `stages.prod.stage is no option: there are ${allowed}`,
  ]);
  expect(problemsOf({ stage: 'prod', stages: { prod: true } })).toEqual([
    'stages is {"prod":true}, not options by stage: {"prod": {"waf": true}}',
  ]);
  expect(problemsOf({ stages: [] })).toEqual(['stages is [], not options by stage: {"prod": {"waf": true}}']);
});

test.each([
  [{ region: 'Frankfurt' }, "region 'Frankfurt' is no region: use a name such as eu-central-1"],
  [{ capacity: 'lambda' }, 'capacity is "lambda", not ec2 or fargate: pass it as -c capacity=…'],
  [{ waf: 'on' }, 'waf is "on", not true or false: pass it as -c waf=…'],
  [{ mfaRequired: 'on' }, 'mfaRequired is "on", not true or false: pass it as -c mfaRequired=…'],
  [{ allowExec: 'on' }, 'allowExec is "on", not true or false: pass it as -c allowExec=…'],
  [{ alarmEmail: 'ops' }, "alarmEmail 'ops' is no e-mail address"],
  [{ minTasks: 5 }, 'minTasks 5 is more than maxTasks 4: raise maxTasks'],
  [{ minTasks: 3, maxTasks: 2 }, 'minTasks 3 is more than maxTasks 2: raise maxTasks'],
  [{ webAclArn: 'site' }, "webAclArn 'site' is no web ACL for CloudFront"],
  [{ certificateArn: 'none' }, "certificateArn 'none' is no ARN of a certificate"],
])('%j is refused', (context, problem) => {
  expect(problemsOf(context)).toEqual([expect.stringContaining(problem)]);
});

test('a domain needs its hosted zone, and a certificate where CloudFront looks for it', () => {
  expect(problemsOf({ domainName: 'app.example.com' })).toEqual([
    'domainName, hostedZoneId and hostedZoneName go together: give all three or none',
  ]);
  expect(problemsOf({ certificateArn: CERTIFICATE_ARN })).toEqual([
    'domainName, hostedZoneId and hostedZoneName go together: give all three or none',
  ]);
  expect(problemsOf({ ...DOMAIN, hostedZoneName: 'example.org' })).toEqual([
    expect.stringContaining("hostedZoneName 'example.org' does not hold 'app.example.com'"),
  ]);
  const needsCertificate = [
    "domainName 'app.example.com' needs a certificate in us-east-1: give certificateArn of one, or region=us-east-1 to have the stack there and one made",
  ];
  expect(problemsOf(DOMAIN)).toEqual(needsCertificate);
  expect(problemsOf({ ...DOMAIN, region: 'eu-west-1' })).toEqual(needsCertificate);
  expect(problemsOf({ ...DOMAIN, region: 'us-east-1' })).toEqual([]);
  expect(problemsOf({ ...DOMAIN, certificateArn: CERTIFICATE_ARN })).toEqual([]);
});
