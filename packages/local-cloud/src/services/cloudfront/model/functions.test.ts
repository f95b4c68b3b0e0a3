import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stackOf } from '../../../../test/stacks';
import { readFunctions } from './functions';
import { testDistribution } from '../../../../test/edge';

const PASS = 'function handler(event) { return event.request; }';

function properties(change: { code?: string; config?: object } = {}) {
  return {
    Name: 'fn',
    AutoPublish: true,
    FunctionCode: change.code ?? PASS,
    FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0', ...change.config },
  };
}

function read(change: {
  code?: string;
  config?: object;
  resources?: Record<string, { Type: string; Properties: object }>;
}) {
  return readFunctions(
    stackOf({
      ...change.resources,
      Fn: { Type: 'AWS::CloudFront::Function', Properties: properties(change) },
    }),
  );
}

test('code that AWS would answer 503 for is rejected at start, with function, line, construct and remedy [CFF-JS-03]', () => {
  const code = `function handler(event) {\n  for (const a of [1]) {}\n  return event?.request;\n}`;
  expect(() => read({ code })).toThrowError(
    expect.objectContaining({
      code: 'ERR_INVALID_PROPERTY',
      message: expect.stringMatching(
        /^Fn \(AWS::CloudFront::Function\) FunctionCode line 2, column 3: for…of is not in cloudfront-js-2\.0: .*503.*\n {4}for \(const a of \[1\]\) \{\}\nFn .* line 3, column 10: optional chaining/,
      ),
    }),
  );
});

test('code that only AWS runs has another error code', () => {
  const code = `import cf from 'cloudfront';\nfunction handler(event) { cf.selectRequestOriginById('a'); return event.request; }`;
  expect(() => read({ code })).toThrowError(
    expect.objectContaining({ code: 'ERR_UNSUPPORTED_PROPERTY', message: expect.stringContaining('line 2') }),
  );
});

test('accepts 10,240 bytes of code, not more [CFF-LIM-01]', () => {
  const fill = (bytes: number): string => `${PASS}//${'x'.repeat(bytes - PASS.length - 2)}`;
  expect(read({ code: fill(10_240) }).size).toBe(1);
  const Fn = { Type: 'AWS::CloudFront::Function', Properties: properties({ code: fill(10_241) }) };
  expect(() => testDistribution({ resources: { Fn } })).toThrowError(
    /has 10241 bytes, more than the maximum of 10240/,
  );
});

test('the grammar depends on the runtime [CFF-JS-01]', () => {
  const code = `function handler(event) { const a = 1; return event.request; }`;
  expect(read({ code }).size).toBe(1);
  expect(() => read({ code, config: { Runtime: 'cloudfront-js-1.0' } })).toThrowError(
    /const is not in cloudfront-js-1\.0/,
  );
});

const STORE = { Store: { Type: 'AWS::CloudFront::KeyValueStore', Properties: { Name: 'store' } } };
const ASSOCIATED = { KeyValueStoreAssociations: [{ KeyValueStoreARN: { 'Fn::GetAtt': ['Store', 'Arn'] } }] };

test('a function has its key value store, which is empty', () => {
  const [fn] = read({ config: ASSOCIATED, resources: STORE }).values();
  expect(fn?.store).toEqual({ id: expect.any(String), entries: {} });
});

test('a key value store has the data of the asset that it imports', async () => {
  const SourceArn = 'arn:aws:s3:::cdk-assets/abc.json';
  const Store = {
    ...STORE.Store,
    Properties: { Name: 'store', ImportSource: { SourceType: 'S3', SourceArn } },
  };
  const stack = stackOf({
    Store,
    Fn: { Type: 'AWS::CloudFront::Function', Properties: properties({ config: ASSOCIATED }) },
  });
  const path = join(await mkdtemp(join(tmpdir(), 'store-')), 'abc.json');
  const imported = () => [
    ...readFunctions(stack, new Map([['abc.json', { path, packaging: 'file' }]])).values(),
  ];
  await writeFile(
    path,
    JSON.stringify({
      data: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    }),
  );
  expect(imported()[0]?.store?.entries).toEqual({ a: '1', b: '2' });
  await writeFile(path, '{"a": 1}');
  expect(imported).toThrowError(/ImportSource\.SourceArn: .*abc\.json is not JSON like/);
  expect(() => readFunctions(stack)).toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_PROPERTY',
      message: expect.stringContaining(
        `ImportSource.SourceArn: ${SourceArn} is not a file of the cloud assembly`,
      ),
    }),
  );
});

test('a key value store must be in the template', () => {
  const config = {
    KeyValueStoreAssociations: [{ KeyValueStoreARN: 'arn:aws:cloudfront::1:key-value-store/x' }],
  };
  expect(() => read({ config })).toThrowError(/is not a key value store of this template/);
});

function associated(events: string[], change: { AutoPublish?: boolean } = {}) {
  return testDistribution({
    resources: { Fn: { Type: 'AWS::CloudFront::Function', Properties: { ...properties(), ...change } } },
    behavior: {
      FunctionAssociations: events.map((EventType) => ({
        EventType,
        FunctionARN: { 'Fn::GetAtt': ['Fn', 'FunctionARN'] },
      })),
    },
  });
}

test('a behavior has one function for each event [CFF-LIM-01]', () => {
  const [behavior] = associated(['viewer-request', 'viewer-response']).behaviors;
  expect([behavior?.viewerRequest?.name, behavior?.viewerResponse?.name]).toEqual(['fn', 'fn']);
  expect(() => associated(['viewer-request', 'viewer-request'])).toThrowError(
    /a function for viewer-request appears twice/,
  );
});

test('a function that is not published cannot be associated', () => {
  expect(() => associated(['viewer-request'], { AutoPublish: false })).toThrowError(/fn is not published/);
});

test.each([
  [
    'a web ACL',
    { config: { WebACLId: 'arn:aws:wafv2:us-east-1:1:global/webacl/a/b' } },
    'DistributionConfig.WebACLId: the local cloud does not run web ACLs',
  ],
  [
    'Lambda@Edge',
    { behavior: { LambdaFunctionAssociations: [{ EventType: 'origin-request', LambdaFunctionARN: 'a' }] } },
    'DefaultCacheBehavior.LambdaFunctionAssociations: the local cloud does not run Lambda@Edge',
  ],
])('%s is not supported, and the error says what to do', (_, change, message) => {
  expect(() => testDistribution(change)).toThrowError(
    expect.objectContaining({ code: 'ERR_UNSUPPORTED_PROPERTY', message: expect.stringContaining(message) }),
  );
});

test('a function that is not in the template cannot be run', () => {
  const behavior = {
    FunctionAssociations: [
      { EventType: 'viewer-request', FunctionARN: 'arn:aws:cloudfront::1:function/elsewhere' },
    ],
  };
  expect(() => testDistribution({ behavior })).toThrowError(
    expect.objectContaining({
      code: 'ERR_UNSUPPORTED_PROPERTY',
      message: expect.stringContaining('function/elsewhere is not a function of this template'),
    }),
  );
});
