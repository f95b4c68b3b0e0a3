import { expect, test } from 'vitest';
import { fakeAws, operated } from '../../../test/operations/operated';
import { ServiceError } from '../../../test/aws/answer';
import { temporaryDirectory } from '@spa-on-aws/infra';

test('one region of one account is bootstrapped, away from any app', async () => {
  const aws = await fakeAws();
  aws.parameters.clear();
  const directory = temporaryDirectory();
  const { exitCode, text, cdkRuns } = await operated(aws, 'bootstrap --region=eu-west-1', { directory });
  expect(exitCode).toBe(0);
  expect(cdkRuns).toMatchObject([
    { args: ['bootstrap', 'aws://123456789012/eu-west-1'], env: { AWS_REGION: 'eu-west-1' } },
  ]);
  expect(cdkRuns[0]?.directory).not.toBe(directory);
  expect(text).toContain('CDKToolkit is created, or updated');
  expect(text).toContain('npx nx deploy infra');
});

test('somebody at a terminal is asked', async () => {
  const aws = await fakeAws();
  const { exitCode, text, cdkRuns } = await operated(aws, 'bootstrap', {
    directory: temporaryDirectory(),
    answers: ['n'],
  });
  expect(exitCode).toBe(1);
  expect(text).toContain('CDKToolkit, version 21, is updated');
  expect(cdkRuns).toEqual([]);
});

test('a failure of the CDK is one of the command', async () => {
  const aws = await fakeAws();
  const { exitCode, text } = await operated(aws, 'bootstrap --yes', {
    directory: temporaryDirectory(),
    context: { cdk: async () => 3 },
  });
  expect(exitCode).toBe(1);
  expect(text).toContain('cdk bootstrap ended with 3');
});

test('API Gateway is given a role for its logs, once API Gateway sees it', async () => {
  const aws = await fakeAws();
  aws.apiGatewayLogsRole = undefined;
  aws.roleUnseen = 1;
  const { exitCode, text } = await operated(aws, 'bootstrap --yes', { directory: temporaryDirectory() });
  expect(exitCode).toBe(0);
  expect(aws.apiGatewayLogsRole).toBe('arn:aws:iam::123456789012:role/spa-on-aws-api-gateway-logs');
  expect([...aws.roles]).toEqual([
    [
      'spa-on-aws-api-gateway-logs',
      ['arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs'],
    ],
  ]);
  expect(text).toContain('account 123456789012, region eu-central-1 is ready');
});

test('a role that is there from another region is named to this one', async () => {
  const aws = await fakeAws();
  aws.apiGatewayLogsRole = undefined;
  aws.roles.set('spa-on-aws-api-gateway-logs', []);
  await operated(aws, 'bootstrap --yes', { directory: temporaryDirectory() });
  expect(aws.apiGatewayLogsRole).toContain('spa-on-aws-api-gateway-logs');
});

test('a role that the account has named stays, also when it cannot be seen', async () => {
  const aws = await fakeAws();
  await operated(aws, 'bootstrap --yes', { directory: temporaryDirectory() });
  aws.failures.set(
    'apigateway.GET /account',
    new ServiceError('AccessDeniedException', 'not authorized', 403),
  );
  const { exitCode, text } = await operated(aws, 'bootstrap --yes', { directory: temporaryDirectory() });
  expect(exitCode).toBe(0);
  expect(text).toContain('left as it is');
  expect(aws.apiGatewayLogsRole).toBe('arn:aws:iam::123456789012:role/logs');
  expect(aws.calls).not.toContain('apigateway.PATCH /account');
});
