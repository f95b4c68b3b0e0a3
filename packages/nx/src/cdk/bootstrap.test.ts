import { expect, test } from 'vitest';
import { ServiceError } from '../../test/aws/response';
import { fakeAws, run, temporaryDirectory } from '../../test/run';

test('bootstraps one region of the account, outside of the project', async () => {
  const aws = await fakeAws();
  aws.parameters.clear();
  const directory = temporaryDirectory();
  const { exitCode, text, cdkRuns } = await run(aws, 'bootstrap --region=eu-west-1', { directory });
  expect(exitCode).toBe(0);
  expect(cdkRuns).toMatchObject([
    { args: ['bootstrap', 'aws://123456789012/eu-west-1'], env: { AWS_REGION: 'eu-west-1' } },
  ]);
  expect(cdkRuns[0]?.directory).not.toBe(directory);
  expect(text).toContain('CDKToolkit will be created or updated');
  expect(text).toContain('npx nx deploy infra');
});

test('asks for confirmation in a terminal', async () => {
  const aws = await fakeAws();
  const { exitCode, text, cdkRuns } = await run(aws, 'bootstrap', {
    directory: temporaryDirectory(),
    answers: ['n'],
  });
  expect(exitCode).toBe(1);
  expect(text).toContain('CDKToolkit, version 21, will be updated');
  expect(cdkRuns).toEqual([]);
});

test('fails when the CDK fails', async () => {
  const aws = await fakeAws();
  const { exitCode, text } = await run(aws, 'bootstrap --yes', {
    directory: temporaryDirectory(),
    context: { cdk: async () => 3 },
  });
  expect(exitCode).toBe(1);
  expect(text).toContain('cdk bootstrap failed with exit code 3');
});

test('sets the logs role of API Gateway, and waits until API Gateway sees the role', async () => {
  const aws = await fakeAws();
  aws.apiGatewayLogsRole = undefined;
  aws.roleUnseen = 1;
  const { exitCode, text } = await run(aws, 'bootstrap --yes', { directory: temporaryDirectory() });
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

test('uses a logs role that exists from another region', async () => {
  const aws = await fakeAws();
  aws.apiGatewayLogsRole = undefined;
  aws.roles.set('spa-on-aws-api-gateway-logs', []);
  await run(aws, 'bootstrap --yes', { directory: temporaryDirectory() });
  expect(aws.apiGatewayLogsRole).toContain('spa-on-aws-api-gateway-logs');
});

test('creates the service-linked role of ECS once', async () => {
  const aws = await fakeAws();
  aws.hasEcsRole = false;
  const first = await run(aws, 'bootstrap --yes', { directory: temporaryDirectory() });
  expect(first.exitCode).toBe(0);
  expect(first.text).toContain('AWSServiceRoleForECS, will be created');
  expect(aws.hasEcsRole).toBe(true);
  const second = await run(aws, 'bootstrap --yes', { directory: temporaryDirectory() });
  expect(second.exitCode).toBe(0);
  expect(aws.calls.filter((call) => call === 'iam.CreateServiceLinkedRole')).toHaveLength(1);
});

test('accepts that ECS creates its role at the same time', async () => {
  const aws = await fakeAws();
  aws.hasEcsRole = false;
  const cdk = async () => {
    aws.hasEcsRole = true;
    return 0;
  };
  const { exitCode } = await run(aws, 'bootstrap --yes', {
    directory: temporaryDirectory(),
    context: { cdk },
  });
  expect(exitCode).toBe(0);
  expect(aws.calls).toContain('iam.CreateServiceLinkedRole');
});

test('keeps the logs role of the account, also when it cannot read it', async () => {
  const aws = await fakeAws();
  await run(aws, 'bootstrap --yes', { directory: temporaryDirectory() });
  aws.failures.set(
    'apigateway.GET /account',
    new ServiceError('AccessDeniedException', 'not authorized', 403),
  );
  const { exitCode, text } = await run(aws, 'bootstrap --yes', { directory: temporaryDirectory() });
  expect(exitCode).toBe(0);
  expect(text).toContain('it is not changed');
  expect(aws.apiGatewayLogsRole).toBe('arn:aws:iam::123456789012:role/logs');
  expect(aws.calls).not.toContain('apigateway.PATCH /account');
});

test('creates a budget with emails once, and changes its limit', async () => {
  const aws = await fakeAws();
  const bootstrap = (options: string) =>
    run(aws, `bootstrap --yes ${options}`, { directory: temporaryDirectory() });
  const { exitCode, text } = await bootstrap('--budget=50 --email=ada@example.com');
  expect([exitCode, text]).toEqual([0, expect.stringContaining('$50 a month for the whole account')]);
  const [stack] = aws.cloudFormation.stacks.values();
  const properties = () => JSON.parse(stack?.template ?? '').Resources.Budget.Properties;
  expect(properties()).toMatchObject({
    Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 50, Unit: 'USD' } },
    NotificationsWithSubscribers: [
      { Notification: { NotificationType: 'ACTUAL', Threshold: 80 } },
      { Subscribers: [{ SubscriptionType: 'EMAIL', Address: 'ada@example.com' }] },
    ],
  });
  expect((await bootstrap('--budget=50 --email=ada@example.com')).exitCode).toBe(0);
  expect((await bootstrap('--budget=70 --email=ada@example.com')).exitCode).toBe(0);
  expect(properties().Budget.BudgetLimit.Amount).toBe(70);
  expect(aws.cloudFormation.stacks.size).toBe(1);
});

test('says where to look when CloudFormation cannot create the budget', async () => {
  const aws = await fakeAws();
  aws.cloudFormation.uncreatable.set('Budget', 'User is not authorized to perform: budgets:ModifyBudget');
  const { exitCode, text } = await run(aws, 'bootstrap --yes --budget=50 --email=ada@example.com', {
    directory: temporaryDirectory(),
  });
  expect(exitCode).toBe(1);
  expect(text).toContain('CloudFormation could not create or change the budget.');
  expect(text).toContain('account-budget');
});

test.each([
  ['--budget=50', '--budget and --email belong together.'],
  ['--email=ada@example.com', '--budget and --email belong together.'],
  ['--budget=0 --email=ada@example.com', '--budget is 0; it must be an amount in USD.'],
])('rejects %s', async (options, problem) => {
  const aws = await fakeAws();
  const { exitCode, text, cdkRuns } = await run(aws, `bootstrap --yes ${options}`, {
    directory: temporaryDirectory(),
  });
  expect([exitCode, cdkRuns]).toEqual([2, []]);
  expect(text).toContain(problem);
});
