import { expect, test } from 'vitest';
import { call, lastNote, readRestApi, runRestApi } from '../../../test/rest-apis';
import { text } from '../../../test/requests';

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

test('a call without CloudFront’s secret key does not pass (AG-PX-09)', async () => {
  const { handle, received } = runRestApi(keyed());
  const around = call('/live/api/a');
  const response = await handle(around);
  expect([response.status, await text(response)]).toEqual([403, '{"message":"Forbidden"}']);
  expect(lastNote(around)).toContain('the request has no X-Api-Key header');
  expect((await handle(withKey('wrong-wrong-wrong-wrong-wrong'))).status).toBe(403);
  expect(received).toEqual([]);
  expect((await handle(withKey())).status).toBe(200);
});

test.each([
  ['a key that is switched off', {}, { Enabled: false }],
  ['a plan for another stage', { ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: 'other' }] }, {}],
])('%s lets nobody in (AG-PX-09)', async (_, plan, key) => {
  expect((await runRestApi(keyed(plan, key)).handle(withKey())).status).toBe(403);
});

test('a plan’s rate is 429 with words of its own (AG-LIM-07)', async () => {
  const { handle } = runRestApi(keyed({ Throttle: { BurstLimit: 1, RateLimit: 1 } }));
  expect((await handle(withKey())).status).toBe(200);
  const response = await handle(withKey());
  expect([response.status, await text(response)]).toEqual([429, '{"message":"Limit Exceeded"}']);
  expect(response.headers.get('x-amzn-errortype')).toBe('LimitExceededException');
});

test.each([
  ['DAY', DAY_MS],
  ['WEEK', 7 * DAY_MS],
  ['MONTH', 31 * DAY_MS],
])(
  'a quota holds for its %s and begins anew, the first one by its offset (AG-LIM-07)',
  async (Period, length) => {
    let now = Date.parse('2026-06-01T12:00:00Z');
    const { handle } = runRestApi(keyed({ Quota: { Limit: 2, Period, Offset: 1 } }, {}, () => now));
    const ask = async () => (await handle(withKey())).status;
    expect([await ask(), await ask()]).toEqual([200, 429]);
    now += length;
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
  },
);

test('a key without a value gets one, which is said once', async () => {
  const { handle, logged } = runRestApi(keyed({}, { Value: undefined }));
  const [, value = ''] = /here it is (\w{40})$/.exec(logged[0] ?? '') ?? [];
  expect((await handle(withKey(value))).status).toBe(200);
  expect(runRestApi(keyed()).logged).toEqual([]);
});

test('the access log has the key’s id and only the end of its value (AG-PX-10)', async () => {
  const { handle, logged } = runRestApi({
    ...keyed(),
    stage: {
      AccessLogSetting: { Format: '$context.requestId $context.identity.apiKey $context.identity.apiKeyId' },
    },
  });
  await handle(withKey());
  expect(logged[0]).toMatch(/ \*{20}uvwxyz \w{10}$/);
});

test('a key that is not there is refused at start', () => {
  const change = keyed();
  Object.assign(change.resources.Member.Properties, { KeyId: 'gone' });
  expect(() => readRestApi(change)).toThrowError(
    'Member (AWS::ApiGateway::UsagePlanKey) KeyId: gone is no API key',
  );
});
