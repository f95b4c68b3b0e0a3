import { expect, test } from 'vitest';
import { logRequest, type SampleHop } from '../../test/console-sample';
import { RequestLog } from '../console/request-log';
import { describeHop } from './describe-hop';
import { explain } from './explanations';

function answered(status: number, hops: readonly SampleHop[]) {
  return logRequest(new RequestLog(), '/x', status, hops, {});
}

const OF_FUNCTION = { function: 'Fn' };
const FAILED: SampleHop = [
  'lambda',
  'function.failed',
  {
    ...OF_FUNCTION,
    requestId: 'r',
    errorType: 'Runtime.ImportModuleError',
    errorMessage: "Error: Cannot find module '@aws-sdk/client-s3'",
  },
];

test.each<[id: string, status: number, hops: SampleHop[]]>([
  ['lambda-failed', 502, [FAILED, ['apigateway', 'integration.function-failed', { functionArn: 'f' }]]],
  [
    'lambda-failed',
    502,
    [['apigateway', 'integration.function-response-malformed', { functionArn: 'f', detail: 'd' }]],
  ],
  [
    'lambda-not-called',
    500,
    [['apigateway', 'integration.function-rejected', { functionArn: 'f', reason: 'denied' }]],
  ],
  [
    'lambda-not-called',
    403,
    [['lambda', 'url.denied', { ...OF_FUNCTION, reason: 'not-signed', principal: '*' }]],
  ],
  ['authorizer-refused', 401, [['apigateway', 'lambda-authorizer.unauthorized', { authorizer: 'a' }]]],
  ['authorizer-failed', 500, [['apigateway', 'lambda-authorizer.failed', { authorizer: 'a', detail: 'd' }]]],
])('explains %s (%i)', (id, status, hops) => {
  expect(explain(answered(status, hops))?.id).toBe(id);
});

test('a missing AWS SDK is explained with its remedy', () => {
  const [hop] = answered(502, [FAILED]).hops;
  expect(hop && describeHop(hop).sentence).toContain('install the package in this workspace');
});
