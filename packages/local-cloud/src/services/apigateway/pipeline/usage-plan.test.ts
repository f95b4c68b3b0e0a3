import { expect, test } from 'vitest';
import { eventsOf, text } from '../../../../test/requests';
import { call, readRestApi, runRestApi } from '../../../../test/rest-apis';

const VALUE = 'abcdefghijklmnopqrstuvwxyz';
const DAY_MS = 86_400_000;

function keyed(plan: object = {}, key: object = {}, now: () => number = () => 0) {
  return {
    now,
    method: { ApiKeyRequired: true },
    resources: {
      Key: {
        Type: 'AWS::ApiGateway::ApiKey',
        Properties: { Enabled: true, Name: 'edge', Value: VALUE, ...key },
      },
      Plan: {
        Type: 'AWS::ApiGateway::UsagePlan',
        Properties: { ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: { Ref: 'Live' } }], ...plan },
      },
      Member: {
        Type: 'AWS::ApiGateway::UsagePlanKey',
        Properties: { KeyId: { Ref: 'Key' }, KeyType: 'API_KEY', UsagePlanId: { Ref: 'Plan' } },
      },
    },
  };
}

const withKey = (value = VALUE) => call('/live/api/a', { headers: [['X-Api-Key', value]] });

test('rejects a call without a known API key (AG-PX-09)', async () => {
  const { handle, received } = runRestApi(keyed());
  const direct = call('/live/api/a');
  const response = await handle(direct);
  expect([response.status, await text(response)]).toEqual([403, '{"message":"Forbidden"}']);
  expect(eventsOf(direct)).toContain('api-key.missing');
  const wrong = withKey('wrong-wrong-wrong-wrong-wrong');
  expect((await handle(wrong)).status).toBe(403);
  expect(eventsOf(wrong)).toContain('api-key.unknown');
  expect(received).toEqual([]);
  expect((await handle(withKey())).status).toBe(200);
});

test.each([
  ['a disabled key', {}, { Enabled: false }],
  ['a plan for another stage', { ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: 'other' }] }, {}],
])('rejects calls with %s (AG-PX-09)', async (_, plan, key) => {
  expect((await runRestApi(keyed(plan, key)).handle(withKey())).status).toBe(403);
});

test('the rate limit of a plan is 429 with its own message (AG-LIM-07)', async () => {
  const { handle } = runRestApi(keyed({ Throttle: { BurstLimit: 1, RateLimit: 1 } }));
  expect((await handle(withKey())).status).toBe(200);
  const response = await handle(withKey());
  expect([response.status, await text(response)]).toEqual([429, '{"message":"Limit Exceeded"}']);
  expect(response.headers.get('x-amzn-errortype')).toBe('LimitExceededException');
});

test('an empty Throttle of a plan or of its stages is no limit, as the CDK writes it', async () => {
  const stage = { ApiId: { Ref: 'Api' }, Stage: { Ref: 'Live' }, Throttle: {} };
  const { handle } = runRestApi(keyed({ ApiStages: [stage], Throttle: {} }));
  expect((await handle(withKey())).status).toBe(200);
  expect((await handle(withKey())).status).toBe(200);
});

test('a limit of one method replaces the plan’s for it (AG-LIM-07)', async () => {
  const limited = (path: string) => ({
    ApiStages: [
      {
        ApiId: { Ref: 'Api' },
        Stage: { Ref: 'Live' },
        Throttle: { [path]: { BurstLimit: 1, RateLimit: 1 } },
      },
    ],
    Throttle: { BurstLimit: 2, RateLimit: 1 },
  });
  const statuses = async (path: string) => {
    const { handle } = runRestApi(keyed(limited(path)));
    return [(await handle(withKey())).status, (await handle(withKey())).status];
  };
  expect(await statuses('/api/{proxy+}/ANY')).toEqual([200, 429]);
  expect(await statuses('/other/GET')).toEqual([200, 200]);
});

test.each([
  ['DAY', DAY_MS],
  ['WEEK', 7 * DAY_MS],
  ['MONTH', 31 * DAY_MS],
])('a quota applies per %s, the first one reduced by its offset (AG-LIM-07)', async (Period, length) => {
  let now = Date.parse('2026-06-01T12:00:00Z');
  const { handle } = runRestApi(keyed({ Quota: { Limit: 2, Period, Offset: 1 } }, {}, () => now));
  const ask = async () => (await handle(withKey())).status;
  expect([await ask(), await ask()]).toEqual([200, 429]);
  now += length;
  expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
});

test('generates and logs a value for a key without one', async () => {
  const { handle, logged } = runRestApi(keyed({}, { Value: undefined }));
  const [, value = ''] = /generated: (\w{40})$/.exec(logged[0] ?? '') ?? [];
  expect((await handle(withKey(value))).status).toBe(200);
  expect(runRestApi(keyed()).logged).toEqual([]);
});

test('the access log contains the key’s id and only the end of its value (AG-PX-10)', async () => {
  const { handle, logged } = runRestApi({
    ...keyed(),
    stage: {
      AccessLogSetting: { Format: '$context.requestId $context.identity.apiKey $context.identity.apiKeyId' },
    },
  });
  await handle(withKey());
  expect(logged[0]).toMatch(/ \*{20}uvwxyz \w{10}$/);
});

test('rejects a template with a missing key', () => {
  const change = keyed();
  Object.assign(change.resources.Member.Properties, { KeyId: 'gone' });
  expect(() => readRestApi(change)).toThrowError(
    'Member (AWS::ApiGateway::UsagePlanKey) KeyId: gone is not an API key',
  );
});
