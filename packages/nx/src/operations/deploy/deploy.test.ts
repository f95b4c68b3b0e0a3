import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ServiceError } from '../../../test/aws/answer';
import { fakeAws, operated } from '../../../test/operations/operated';
import { projectWith } from '../../../test/operations/stage-assembly';
import { Interruption } from '../interruption';

const STACK = 'spa-on-aws-dev';
const TEMPLATE = { Resources: { Users: { Type: 'AWS::Cognito::UserPool' } } };

test('nothing is deployed before every check has passed, and each that fails says what to run', async () => {
  const aws = await fakeAws();
  aws.parameters.clear();
  const { exitCode, text, cdkRuns } = await operated(aws, 'deploy --yes', {
    directory: projectWith('dev'),
    context: { findEngine: async () => ({ problem: 'no container engine answers', remedy: 'install one' }) },
  });
  expect(exitCode).toBe(1);
  expect(cdkRuns).toEqual([]);
  expect(text).toContain('✔ credentials account 123456789012, as arn:aws:iam::123456789012:user/ada');
  expect(text).toContain('is not bootstrapped for the CDK');
  expect(text).toContain('→ npx nx bootstrap infra --region=eu-central-1');
  expect(text).toContain('✖ containers  no container engine answers');
  expect(text).toContain('2 checks failed, and nothing has been changed.');
});

test('credentials and region are told together, when both are missing', async () => {
  const aws = await fakeAws();
  aws.failures.set(
    'sts.GetCallerIdentity',
    new ServiceError('ExpiredToken', 'The security token is expired', 403),
  );
  const { exitCode, text, cdkRuns } = await operated(aws, 'deploy', {
    directory: projectWith('dev'),
    env: {},
  });
  expect(exitCode).toBe(1);
  expect(cdkRuns).toEqual([]);
  expect(text).toContain('✖ credentials the AWS credentials have expired');
  expect(text).toContain('→ sign in again, for example: aws sso login');
  expect(text).toContain('✖ region      no region is named');
});

test('an old bootstrap has to be renewed first', async () => {
  const aws = await fakeAws();
  aws.parameters.set('/cdk-bootstrap/hnb659fds/version', '5');
  const { text, cdkRuns } = await operated(aws, 'deploy', { directory: projectWith('dev') });
  expect(text).toContain('is at version 5, and the stack needs 6');
  expect(cdkRuns).toEqual([]);
});

test('credentials that may not read the version of the bootstrap leave the check to the CDK', async () => {
  const aws = await fakeAws();
  aws.failures.set('ssm.GetParameter', new ServiceError('AccessDeniedException', 'not authorized'));
  aws.cloudFormation.deployed(STACK, TEMPLATE);
  const { text, cdkRuns } = await operated(aws, 'deploy', { directory: projectWith('dev') });
  expect(text).toContain('? bootstrap');
  expect(cdkRuns).toHaveLength(1);
});

test('a template that is made for another account is not deployed to this one', async () => {
  const aws = await fakeAws();
  const directory = projectWith('dev');
  const manifest = join(directory, 'cdk.out/manifest.json');
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace('unknown-account/unknown-region', '210987654321/eu-west-1'));
  const outcome = await operated(aws, 'deploy', { directory });
  expect(outcome.text).toContain('is made for account 210987654321, region eu-west-1');
  expect(outcome.cdkRuns).toEqual([]);
});

test('API Gateway has to have a role for its logs first', async () => {
  const aws = await fakeAws();
  aws.apiGatewayLogsRole = undefined;
  const refused = await operated(aws, 'deploy', { directory: projectWith('dev') });
  expect(refused.text).toContain('✖ API logs    API Gateway may not write logs');
  expect(refused.text).toContain('→ npx nx bootstrap infra --region=eu-central-1');
  expect(refused.cdkRuns).toEqual([]);
  aws.failures.set(
    'apigateway.GET /account',
    new ServiceError('AccessDeniedException', 'not authorized', 403),
  );
  aws.cloudFormation.deployed(STACK, TEMPLATE);
  const unsure = await operated(aws, 'deploy', { directory: projectWith('dev') });
  expect(unsure.text).toContain('? API logs');
  expect(unsure.cdkRuns).toHaveLength(1);
});

test('where no region is named, a stack that is made for one goes there', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, TEMPLATE);
  const directory = projectWith('dev');
  const manifest = join(directory, 'cdk.out/manifest.json');
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace('unknown-account/unknown-region', 'unknown-account/us-east-1'));
  const { exitCode, cdkRuns } = await operated(aws, 'deploy', { directory, env: {} });
  expect(exitCode).toBe(0);
  expect(cdkRuns).toMatchObject([{ env: { AWS_REGION: 'us-east-1' } }]);
});

test('the CDK deploys the assembly as it is, in the region and with the engine that were checked', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, TEMPLATE);
  const { exitCode, text, cdkRuns, questions } = await operated(aws, 'deploy --region=eu-west-1', {
    directory: projectWith('dev'),
  });
  expect(exitCode).toBe(0);
  expect(questions).toEqual([]);
  expect(cdkRuns).toMatchObject([
    {
      args: ['deploy', '--app', 'cdk.out', '--require-approval', 'never', '--progress', 'events', STACK],
      env: { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1', CDK_DOCKER: 'docker' },
    },
  ]);
  expect(text).toContain('Deploy stage dev');
  expect(text).toContain('account 123456789012, region eu-west-1');
  expect(text).toContain('would leave nothing of it behind');
});

test('outputs are written, and what comes next is said', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, TEMPLATE);
  const directory = projectWith('dev');
  const { text } = await operated(aws, 'deploy', { directory });
  expect(JSON.parse(readFileSync(join(directory, 'outputs/dev.json'), 'utf8'))).toEqual({
    stage: 'dev',
    stack: STACK,
    account: '123456789012',
    region: 'eu-central-1',
    outputs: expect.objectContaining({ SiteUrl: `https://${STACK}.cloudfront.example` }),
  });
  expect(text).toContain(`Stage dev is at https://${STACK}.cloudfront.example`);
  expect(text).toContain('https://eu-central-1.console.aws.amazon.com/cloudformation/home');
  expect(text).toContain(`/user-pools/${STACK}-users/users`);
  expect(text).toContain('npx nx user infra --email=');
  expect(text).toContain('npx nx e2e web-e2e -c deployed');
});

test('somebody at a terminal is asked, and a no changes nothing', async () => {
  const aws = await fakeAws();
  const { exitCode, text, cdkRuns, questions } = await operated(aws, 'deploy', {
    directory: projectWith('dev'),
    answers: ['n'],
  });
  expect(questions).toEqual(['Deploy? [y/N] ']);
  expect(exitCode).toBe(1);
  expect(text).toContain('Nothing has been changed.');
  expect(cdkRuns).toEqual([]);
});

test('in the full-screen view of Nx the question says how to answer it', async () => {
  const aws = await fakeAws();
  const env = { AWS_REGION: 'eu-central-1', NX_TUI: 'true' };
  const { questions } = await operated(aws, 'deploy', { directory: projectWith('dev'), answers: [''], env });
  expect(questions).toEqual([expect.stringContaining('press i first')]);
});

test('where nobody can be asked, a protected stage needs --yes', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed('spa-on-aws-prod', TEMPLATE);
  const directory = projectWith('prod');
  const refused = await operated(aws, 'deploy --stage=prod', { directory });
  expect(refused).toMatchObject({ exitCode: 1, cdkRuns: [] });
  expect(refused.text).toContain('→ npx nx deploy infra --stage=prod --yes');
  expect(refused.text).toMatch(/would leave .*Cognito::UserPool .*the people and their passwords/);
  expect((await operated(aws, 'deploy --stage=prod --yes', { directory })).exitCode).toBe(0);
});

test('a stack somebody else is at work on is left alone', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, TEMPLATE, { status: 'UPDATE_IN_PROGRESS' });
  const { text, cdkRuns } = await operated(aws, 'deploy', { directory: projectWith('dev') });
  expect(text).toContain(`${STACK} is UPDATE_IN_PROGRESS: somebody else is at work on it`);
  expect(cdkRuns).toEqual([]);
});

test('a deployment that fails tells the state of the stack, and where its events are', async () => {
  const aws = await fakeAws();
  const { exitCode, text } = await operated(aws, 'deploy', {
    directory: projectWith('dev'),
    context: {
      cdk: async () => {
        aws.cloudFormation.deployed(STACK, TEMPLATE, { status: 'ROLLBACK_COMPLETE' });
        return 1;
      },
    },
  });
  expect(exitCode).toBe(1);
  expect(text).toContain(`cdk deploy ended with 1, and ${STACK} is ROLLBACK_COMPLETE`);
  expect(text).toContain('https://eu-central-1.console.aws.amazon.com/cloudformation/home');
});

test('one that fails before there is a stack says so', async () => {
  const aws = await fakeAws();
  const { text } = await operated(aws, 'deploy', {
    directory: projectWith('dev'),
    context: { cdk: async () => 1 },
  });
  expect(text).toContain(`cdk deploy ended with 1 before there was a stack ${STACK}`);
});

test('an interruption says what state things are in, before and after the CDK has stopped', async () => {
  const aws = await fakeAws();
  const told: string[] = [];
  const interruption = new Interruption((text) => void told.push(text));
  const { exitCode, text } = await operated(aws, 'deploy', {
    directory: projectWith('dev'),
    interruption,
    context: {
      cdk: async () => {
        interruption.happened('SIGINT');
        aws.cloudFormation.deployed(STACK, TEMPLATE, { status: 'CREATE_IN_PROGRESS' });
        return 130;
      },
    },
  });
  expect(exitCode).toBe(130);
  expect(told).toEqual([expect.stringContaining('Interrupted. The CDK stops. spa-on-aws-dev was absent')]);
  expect(text).toContain(`${STACK} is CREATE_IN_PROGRESS now.`);
  expect(text).not.toContain('Stage dev is at');
});

test('an interruption before the deployment has changed nothing', async () => {
  const aws = await fakeAws();
  const told: string[] = [];
  const interruption = new Interruption((text) => void told.push(text));
  const { exitCode, cdkRuns } = await operated(aws, 'deploy', {
    directory: projectWith('dev'),
    interruption,
    context: {
      findEngine: async (_env, signal) => {
        interruption.happened('SIGTERM');
        signal.throwIfAborted();
        return { engine: 'docker' };
      },
    },
  });
  expect(exitCode).toBe(130);
  expect(told).toEqual(['\nInterrupted. Nothing has been changed.']);
  expect(cdkRuns).toEqual([]);
});

test('no assembly, and an assembly of another stage, are told before AWS is asked', async () => {
  const aws = await fakeAws();
  const directory = projectWith('dev');
  mkdirSync(join(directory, 'empty'));
  const missing = await operated(aws, 'deploy --assembly=empty', { directory });
  expect(missing.text).toContain('is no cloud assembly');
  const other = await operated(aws, 'deploy --stage=pr-1', { directory });
  expect(other.text).toContain('→ npx nx synth infra --stage=pr-1');
  expect(aws.calls).toEqual([]);
});
