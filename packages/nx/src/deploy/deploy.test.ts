import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ServiceError } from '../../test/aws/response';
import { fakeAws, projectWith, run } from '../../test/run';
import { Interruption } from '../interruption';

const STACK = 'spa-on-aws-dev';
const TEMPLATE = { Resources: { Users: { Type: 'AWS::Cognito::UserPool' } } };

test('deploys nothing unless all checks pass, and reports the remedy of each failed check', async () => {
  const aws = await fakeAws();
  aws.parameters.clear();
  const { exitCode, text, cdkRuns } = await run(aws, 'deploy --yes', {
    directory: projectWith('dev'),
    context: { findEngine: async () => ({ problem: 'no container engine responds', remedy: 'install one' }) },
  });
  expect(exitCode).toBe(1);
  expect(cdkRuns).toEqual([]);
  expect(text).toContain('✔ credentials account 123456789012, as arn:aws:iam::123456789012:user/ada');
  expect(text).toContain('is not bootstrapped for the CDK');
  expect(text).toContain('→ npx nx bootstrap infra --region=eu-central-1');
  expect(text).toContain('✖ containers  no container engine responds');
  expect(text).toContain('2 checks failed. Nothing was changed.');
});

test('reports missing credentials and a missing region together', async () => {
  const aws = await fakeAws();
  aws.failures.set(
    'sts.GetCallerIdentity',
    new ServiceError('ExpiredToken', 'The security token is expired', 403),
  );
  const { exitCode, text, cdkRuns } = await run(aws, 'deploy', {
    directory: projectWith('dev'),
    env: {},
  });
  expect(exitCode).toBe(1);
  expect(cdkRuns).toEqual([]);
  expect(text).toContain('✖ credentials the AWS credentials have expired');
  expect(text).toContain('→ sign in again, for example: aws sso login');
  expect(text).toContain('✖ region      no region is set');
});

test('requires a bootstrap stack with the needed version', async () => {
  const aws = await fakeAws();
  aws.parameters.set('/cdk-bootstrap/hnb659fds/version', '5');
  const { text, cdkRuns } = await run(aws, 'deploy', { directory: projectWith('dev') });
  expect(text).toContain('has version 5, but the stack needs 6');
  expect(cdkRuns).toEqual([]);
});

test('leaves the bootstrap check to the CDK when the credentials cannot read the version', async () => {
  const aws = await fakeAws();
  aws.failures.set('ssm.GetParameter', new ServiceError('AccessDeniedException', 'not authorized'));
  aws.cloudFormation.deployed(STACK, TEMPLATE);
  const { text, cdkRuns } = await run(aws, 'deploy', { directory: projectWith('dev') });
  expect(text).toContain('? bootstrap');
  expect(cdkRuns).toHaveLength(1);
});

test('does not deploy a stack for another account', async () => {
  const aws = await fakeAws();
  const directory = projectWith('dev');
  const manifest = join(directory, 'cdk.out/manifest.json');
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace('unknown-account/unknown-region', '210987654321/eu-west-1'));
  const outcome = await run(aws, 'deploy', { directory });
  expect(outcome.text).toContain('must be deployed to account 210987654321, region eu-west-1');
  expect(outcome.cdkRuns).toEqual([]);
});

test('requires a logs role of API Gateway', async () => {
  const aws = await fakeAws();
  aws.apiGatewayLogsRole = undefined;
  const refused = await run(aws, 'deploy', { directory: projectWith('dev') });
  expect(refused.text).toContain('✖ API logs    API Gateway cannot write logs');
  expect(refused.text).toContain('→ npx nx bootstrap infra --region=eu-central-1');
  expect(refused.cdkRuns).toEqual([]);
  aws.failures.set(
    'apigateway.GET /account',
    new ServiceError('AccessDeniedException', 'not authorized', 403),
  );
  aws.cloudFormation.deployed(STACK, TEMPLATE);
  const unsure = await run(aws, 'deploy', { directory: projectWith('dev') });
  expect(unsure.text).toContain('? API logs');
  expect(unsure.cdkRuns).toHaveLength(1);
});

test('does not change the domain prefix of a deployed stage in place', async () => {
  const aws = await fakeAws();
  const directory = projectWith('dev');
  const template = readFileSync(join(directory, 'cdk.out/spa-on-aws-dev.template.json'), 'utf8');
  const deployed = JSON.parse(template) as {
    Resources: Record<string, { Type: string; Properties: object }>;
  };
  const [domain] = Object.values(deployed.Resources).filter(
    ({ Type }) => Type === 'AWS::Cognito::UserPoolDomain',
  );
  Object.assign(domain?.Properties ?? {}, { Domain: 'before' });
  aws.cloudFormation.deployed(STACK, deployed);
  aws.cognito.domain = 'before';
  const refused = await run(aws, 'deploy', { directory });
  expect(refused).toMatchObject({ exitCode: 1, cdkRuns: [] });
  expect(refused.text).toContain('✖ sign-in     the domain prefix before cannot change in place');
  const command =
    'aws cognito-idp delete-user-pool-domain --domain before --user-pool-id eu-central-1_AbCdEfGhI --region eu-central-1';
  expect(refused.text).toContain(command);
  aws.cognito.domain = undefined;
  expect(await run(aws, 'deploy', { directory })).toMatchObject({ exitCode: 0 });
});

test('uses the region of the stack when no other is set', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, TEMPLATE);
  const directory = projectWith('dev');
  const manifest = join(directory, 'cdk.out/manifest.json');
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace('unknown-account/unknown-region', 'unknown-account/us-east-1'));
  const { exitCode, cdkRuns } = await run(aws, 'deploy', { directory, env: {} });
  expect(exitCode).toBe(0);
  expect(cdkRuns).toMatchObject([{ env: { AWS_REGION: 'us-east-1' } }]);
});

test('deploys the synthesized assembly with the checked region and engine', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, TEMPLATE);
  const { exitCode, text, cdkRuns, questions } = await run(aws, 'deploy --region=eu-west-1', {
    directory: projectWith('dev'),
  });
  expect(exitCode).toBe(0);
  expect(questions).toEqual([]);
  expect(cdkRuns).toMatchObject([
    {
      args: ['deploy', '--app', 'cdk.out', '--require-approval', 'never', '--progress', 'events', STACK],
      env: {
        AWS_REGION: 'eu-west-1',
        AWS_DEFAULT_REGION: 'eu-west-1',
        CDK_DOCKER: expect.stringMatching(/\/docker$/),
      },
    },
  ]);
  expect(text).toContain('Deploy stage dev');
  expect(text).toContain('account 123456789012, region eu-west-1');
  expect(text).toContain('would delete everything');
  expect(text).toMatch(
    /costs {5}about \$\d+\.\d\d a month without requests; on Lambda \(--capacity=lambda\)/,
  );
});

test('the first deployment of a stage says how to get a budget, unless bootstrap has created one', async () => {
  const aws = await fakeAws();
  const hint = 'npx nx bootstrap infra --budget=50 --email=you@example.com';
  const deploy = async () => (await run(aws, 'deploy', { directory: projectWith('dev') })).text;
  expect(await deploy()).toContain(hint);
  aws.cloudFormation.deployed('account-budget', { Resources: {} });
  expect(await deploy()).not.toContain(hint);
});

test('deploys also when the credentials cannot see budgets', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.hidden.add('account-budget');
  const { text, cdkRuns } = await run(aws, 'deploy', { directory: projectWith('dev') });
  expect(text).not.toContain('bootstrap has created no budget');
  expect(cdkRuns).toHaveLength(1);
});

test('writes the outputs and prints the next steps', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, TEMPLATE);
  const directory = projectWith('dev');
  const { text } = await run(aws, 'deploy', { directory });
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

test('asks for confirmation in a terminal, and changes nothing without it', async () => {
  const aws = await fakeAws();
  const { exitCode, text, cdkRuns, questions } = await run(aws, 'deploy', {
    directory: projectWith('dev'),
    answers: ['n'],
  });
  expect(questions).toEqual(['Deploy? [y/N] ']);
  expect(exitCode).toBe(1);
  expect(text).toContain('Nothing was changed.');
  expect(cdkRuns).toEqual([]);
});

test('says how to answer in the full-screen view of Nx', async () => {
  const aws = await fakeAws();
  const env = { AWS_REGION: 'eu-central-1', NX_TUI: 'true' };
  const { questions } = await run(aws, 'deploy', { directory: projectWith('dev'), answers: [''], env });
  expect(questions).toEqual([expect.stringContaining('press i first')]);
});

test('requires --yes for a protected stage without a terminal', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed('spa-on-aws-prod', TEMPLATE);
  const directory = projectWith('prod');
  const refused = await run(aws, 'deploy --stage=prod', { directory });
  expect(refused).toMatchObject({ exitCode: 1, cdkRuns: [] });
  expect(refused.text).toContain('→ npx nx deploy infra --stage=prod --yes');
  expect(refused.text).toMatch(/would retain .*Cognito::UserPool .*the users and their passwords/);
  expect((await run(aws, 'deploy --stage=prod --yes', { directory })).exitCode).toBe(0);
});

test('does not deploy while another operation changes the stack', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, TEMPLATE, { status: 'UPDATE_IN_PROGRESS' });
  const { text, cdkRuns } = await run(aws, 'deploy', { directory: projectWith('dev') });
  expect(text).toContain(`${STACK} is UPDATE_IN_PROGRESS: another operation is changing it`);
  expect(cdkRuns).toEqual([]);
});

/** Fails to create a stack with users and a service, and returns the output. */
async function failedCreation(reason: string) {
  const aws = await fakeAws();
  aws.cloudFormation.uncreatable.set('Cluster', 'Resource creation cancelled');
  aws.cloudFormation.uncreatable.set('Service', reason);
  const template = {
    Resources: {
      Users: { Type: 'AWS::Cognito::UserPool', DeletionPolicy: 'Retain' },
      Cluster: { Type: 'AWS::ECS::Cluster' },
      Service: { Type: 'AWS::ECS::Service' },
      Logs: { Type: 'AWS::Logs::LogGroup' },
    },
  };
  const directory = projectWith('dev');
  const cdk = async () => {
    aws.cloudFormation.deployed(STACK, template);
    return 1;
  };
  return { aws, directory, ...(await run(aws, 'deploy', { directory, context: { cdk } })) };
}

test('explains a failure by its first cause, and links the events', async () => {
  const { exitCode, text } = await failedCreation('Error occurred during operation: it did not stabilize');
  expect(exitCode).toBe(1);
  expect(text).toContain(
    `cdk deploy failed with exit code 1, and ${STACK} is ROLLBACK_COMPLETE. ` +
      'First cause: ECS::Service Service: Error occurred during operation: it did not stabilize',
  );
  expect(text).toContain(
    '→ read the logs of the containers: https://eu-central-1.console.aws.amazon.com/cloudwatch',
  );
  expect(text).toContain('all events: https://eu-central-1.console.aws.amazon.com/cloudformation/home');
});

test.each([
  ['Unable to assume the service linked role.', 'npx nx bootstrap infra --region=eu-central-1'],
  ['The maximum number of VPCs has been reached. Quota exceeded', 'request a higher quota'],
  ['User: cdk is not authorized to perform: iam:CreateRole', 'execution role'],
  ['greetings already exists in stack other', 'use another stage name'],
])('knows a remedy for: %s', async (reason, remedy) => {
  expect((await failedCreation(reason)).text).toMatch(new RegExp(`→ .*${remedy}`));
});

test('lists what a failed first deployment has left, with the command that deletes it, also before the next attempt', async () => {
  const { aws, directory, text } = await failedCreation('no');
  const left = [
    `  Cognito::UserPool Users ${STACK}-users, with the users and their passwords`,
    `    delete it: aws cognito-idp delete-user-pool --user-pool-id ${STACK}-users --region eu-central-1`,
  ].join('\n');
  expect(text).toContain(left);
  expect(text).not.toContain('Logs::LogGroup Logs');
  const again = await run(aws, 'deploy', { directory, context: { cdk: async () => 1 } });
  expect(again.text).toContain(left);
  expect(again.text).toContain(`cdk deploy failed with exit code 1 before it changed ${STACK}`);
});

test('succeeds with credentials that cannot read events', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.deployed(STACK, TEMPLATE);
  aws.failures.set('cloudformation.DescribeStackEvents', new ServiceError('AccessDenied', 'no', 403));
  expect(await run(aws, 'deploy', { directory: projectWith('dev') })).toMatchObject({ exitCode: 0 });
});

test('prints the resources that took longest', async () => {
  const aws = await fakeAws();
  const stack = aws.cloudFormation.deployed(STACK, TEMPLATE);
  const end = stack.events.find(
    ({ logicalId, status }) => logicalId === 'Users' && status === 'CREATE_COMPLETE',
  );
  end?.at.setSeconds(end.at.getSeconds() + 95);
  const { text } = await run(aws, 'deploy', { directory: projectWith('dev') });
  expect(text).toMatch(/What took longest\n +9[56] s {2}Cognito::UserPool Users/);
});

test('lifts the protection of a stage whose first creation failed, which the CDK deletes and creates again', async () => {
  const aws = await fakeAws();
  const name = 'spa-on-aws-prod';
  const failed = { status: 'ROLLBACK_COMPLETE', terminationProtection: true };
  const stack = aws.cloudFormation.deployed(name, TEMPLATE, failed);
  let wasProtected: boolean | undefined;
  const { exitCode, text } = await run(aws, 'deploy --stage=prod --yes', {
    directory: projectWith('prod'),
    context: {
      cdk: async () => {
        wasProtected = stack.terminationProtection;
        stack.status = 'CREATE_COMPLETE';
        return 0;
      },
    },
  });
  expect(text).toContain('its termination protection is lifted first');
  expect(wasProtected).toBe(false);
  expect(exitCode).toBe(0);
});

test('keeps the protection of a stage that exists', async () => {
  const aws = await fakeAws();
  const stack = aws.cloudFormation.deployed('spa-on-aws-prod', TEMPLATE, { terminationProtection: true });
  await run(aws, 'deploy --stage=prod --yes', {
    directory: projectWith('prod'),
    context: { cdk: async () => 0 },
  });
  expect(stack.terminationProtection).toBe(true);
});

test('reports a failure before the stack exists', async () => {
  const aws = await fakeAws();
  const { text } = await run(aws, 'deploy', {
    directory: projectWith('dev'),
    context: { cdk: async () => 1 },
  });
  expect(text).toContain(`cdk deploy failed with exit code 1 before it created ${STACK}`);
});

test('reports the status of the stack on an interruption, before and after the CDK has stopped', async () => {
  const aws = await fakeAws();
  const printed: string[] = [];
  const interruption = new Interruption((text) => void printed.push(text));
  const { exitCode, text } = await run(aws, 'deploy', {
    directory: projectWith('dev'),
    interruption,
    context: {
      cdk: async () => {
        interruption.interrupt('SIGINT');
        aws.cloudFormation.deployed(STACK, TEMPLATE, { status: 'CREATE_IN_PROGRESS' });
        return 130;
      },
    },
  });
  expect(exitCode).toBe(130);
  expect(printed).toEqual([expect.stringContaining('Interrupted. The CDK stops. spa-on-aws-dev was absent')]);
  expect(text).toContain(`${STACK} is CREATE_IN_PROGRESS now.`);
  expect(text).not.toContain('Stage dev is at');
});

test('changes nothing when it is interrupted before the deployment', async () => {
  const aws = await fakeAws();
  const printed: string[] = [];
  const interruption = new Interruption((text) => void printed.push(text));
  const { exitCode, cdkRuns } = await run(aws, 'deploy', {
    directory: projectWith('dev'),
    interruption,
    context: {
      findEngine: async (_env, signal) => {
        interruption.interrupt('SIGTERM');
        signal.throwIfAborted();
        return { engine: 'docker' };
      },
    },
  });
  expect(exitCode).toBe(130);
  expect(printed).toEqual(['\nInterrupted. Nothing was changed.']);
  expect(cdkRuns).toEqual([]);
});

test('reports a missing assembly, and an assembly of another stage, before any request to AWS', async () => {
  const aws = await fakeAws();
  const directory = projectWith('dev');
  mkdirSync(join(directory, 'empty'));
  const missing = await run(aws, 'deploy --assembly=empty', { directory });
  expect(missing.text).toContain(
    'manifest.json does not exist. Synthesize it first: npx nx synth infra --stage=dev',
  );
  const other = await run(aws, 'deploy --stage=pr-1', { directory });
  expect(other.text).toContain('→ npx nx synth infra --stage=pr-1');
  expect(aws.calls).toEqual([]);
});
