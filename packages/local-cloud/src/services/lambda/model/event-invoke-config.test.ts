import { parseTemplate, Stack } from '@spa-on-aws/cloudformation';
import { expect, test } from 'vitest';
import { readLambda } from './function';
import { lambdaResourceTypes } from './names';

const lambda = (FunctionName: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName,
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::111122223333:role/x',
    Code: { ZipFile: 'exports.handler = async () => 1' },
  },
});

/** Reads a template with a function that a URL reaches, its configuration, and a destination. */
function read(config: object) {
  const Resources = {
    Worker: lambda('worker'),
    After: lambda('after'),
    Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: 'worker', AuthType: 'NONE' } },
    Config: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: 'Worker' }, Qualifier: '$LATEST', ...config },
    },
  };
  const template = parseTemplate(JSON.stringify({ Resources }), 'app.json');
  const account = { region: 'eu-west-1', accountId: '111122223333' };
  return readLambda(
    new Stack({ template, stackName: 'App', ...account, resourceTypes: lambdaResourceTypes }),
    [],
  );
}

test('a configuration has the defaults of Lambda, and its destination runs (LA-IV-06)', () => {
  const after = 'arn:aws:lambda:eu-west-1:111122223333:function:after';
  const OnSuccess = { Destination: { 'Fn::GetAtt': ['After', 'Arn'] } };
  const { eventInvokeConfigs, functions } = read({ DestinationConfig: { OnSuccess } });
  expect(eventInvokeConfigs).toEqual([
    {
      functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:worker',
      maximumRetries: 2,
      maximumAgeMs: 21_600_000,
      onSuccess: after,
      onFailure: undefined,
    },
  ]);
  expect(functions.map(({ name }) => name)).toEqual(['worker', 'after']);
});

test.each([
  [{ MaximumRetryAttempts: 3 }, 'MaximumRetryAttempts: 3 must be 0, 1 or 2.'],
  [{ MaximumEventAgeInSeconds: 59 }, 'MaximumEventAgeInSeconds: 59 must be 60 to 21600.'],
])('a configuration with %j is refused (LA-IV-06)', (config, message) => {
  expect(() => read(config)).toThrowError(message);
});
