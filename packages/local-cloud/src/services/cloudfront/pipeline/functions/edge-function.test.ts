import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { compileFunction, FunctionExecutionError } from './edge-function';
import { BUILTINS, type FunctionRuntime } from '@spa-on-aws/cloudformation';
import { onUnhandledRejection } from './function-runtime/stray-rejections';

const EVENT = { request: {} };

/** What an expression comes to inside a function. */
function value(expression: string, definition: { runtime?: FunctionRuntime; before?: string } = {}): unknown {
  const code = `${definition.before ?? ''}\nfunction handler(event) { return ${expression}; }`;
  return compileFunction({
    name: 'test',
    code,
    ...(definition.runtime && { runtime: definition.runtime }),
  }).run(EVENT).value;
}

test.each([
  [`Buffer.from('aGk', 'base64url').toString()`, 'hi'],
  [`Buffer.from('hé').toString('hex')`, '68c3a9'],
  [`Buffer.concat([Buffer.from('a'), Buffer.from('b')]).toString('base64')`, 'YWI='],
  [`Buffer.from([1, 2, 3, 4]).readUInt32BE(0)`, 0x01020304],
  [`Buffer.from([255, 255, 255]).readIntBE(0, 3)`, -1],
  [
    `(function () { var b = Buffer.alloc(4); b.writeUIntLE(258, 0, 2); return b.toJSON().data; })()`,
    [2, 1, 0, 0],
  ],
  [`(function () { var b = Buffer.alloc(8); b.writeDoubleBE(1.5, 0); return b.readDoubleBE(0); })()`, 1.5],
  [`Buffer.from('abcabc').lastIndexOf('bc')`, 4],
  [`Buffer.from('abc').includes('d')`, false],
  [`Buffer.from('abc').equals(Buffer.from('abc'))`, true],
  [`Buffer.compare(Buffer.from('a'), Buffer.from('b'))`, -1],
  [`Buffer.byteLength('é')`, 2],
  [`Buffer.isBuffer(Buffer.from('a').subarray(0, 1))`, true],
  [`Buffer.from('abcd').swap16().toString()`, 'badc'],
  [`JSON.stringify(Buffer.from('a'))`, '{"type":"Buffer","data":[97]}'],
])('CFF-JS-01: %s is %j', (expression, expected) => {
  expect(value(expression)).toEqual(expected);
});

test.each([
  [`atob(btoa('hi'))`, 'hi'],
  [`new TextDecoder().decode(new TextEncoder().encode('hé'))`, 'hé'],
  [
    `(function () { var d = new TextDecoder('utf8', { fatal: true }); return [d.encoding, d.fatal, d.ignoreBOM]; })()`,
    ['utf-8', true, false],
  ],
  [`new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))`, 'a'],
  [`new TextEncoder().encodeInto('hé', new Uint8Array(2)).read`, 1],
  [`'a-a'.replaceAll('a', 'b')`, 'b-b'],
  [`'2026-05'.match(/(?<year>\\d+)/).groups.year`, '2026'],
  [`Object.keys(globalThis).length`, 0],
  [`new InternalError('x') instanceof Error`, true],
])('CFF-JS-01: %s is %j in runtime 2.0', (expression, expected) => {
  expect(value(expression)).toEqual(expected);
});

test('CFF-JS-01: promises and their combinators work inside async functions', () => {
  const code = `async function one() { return 1; }
  async function handler() { return await Promise.all([one(), one().then((n) => n + 1)]); }`;
  expect(compileFunction({ name: 'test', code }).run(EVENT).value).toEqual([1, 2]);
});

test.each([
  [
    `crypto.createHash('sha256').update('a').update('b').digest('hex')`,
    'fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603',
  ],
  [`crypto.createHash('md5').update('a').digest('base64')`, 'DMF1ucDxtqgxw5niaXcmYQ=='],
  [
    `crypto.createHmac('sha1', 'key').update('data').digest('hex')`,
    '104152c5bfdca07bc633eebd46199f0255c9f49d',
  ],
  [`crypto.createHmac('sha256', Buffer.from('6b6579', 'hex')).update('data').digest().length`, 32],
])('CFF-JS-01: %s is %j', (expression, expected) => {
  expect(value(expression, { before: `var crypto = require('crypto');` })).toBe(expected);
});

test.each([
  [`q.parse('name=value&abc=xyz&abc=123&e=%C3%A9+x')`, { name: 'value', abc: ['xyz', '123'], e: 'é x' }],
  [
    `q.stringify({ name: 'value', abc: ['xyz', '123'], anotherName: '' })`,
    'name=value&abc=xyz&abc=123&anotherName=',
  ],
  [`q.parse('a=%FF').a`, '\uFFFD'],
])('CFF-JS-01: %s is %j', (expression, expected) => {
  expect(value(expression, { before: `var q = require('querystring');` })).toEqual(expected);
});

test('CFF-JS-01: runtime 1.0 has byte strings and no buffers', () => {
  const runtime = 'cloudfront-js-1.0';
  expect(value(`[typeof Buffer, typeof atob, 'x'.replaceAll === undefined]`, { runtime })).toEqual([
    'undefined',
    'undefined',
    true,
  ]);
  expect(value(`String.bytesFrom('aMOp', 'base64').fromUTF8()`, { runtime })).toBe('hé');
  expect(value(`require('crypto').createHash('md5').update('a').digest().length`, { runtime })).toBe(16);
});

test.each([
  '[1].toSorted',
  '[1].flat',
  '[1].at',
  'Object.fromEntries',
  'Object.groupBy',
  'Array.from',
  '"".at',
  '"".matchAll',
  'Promise.withResolvers',
  'Math.f16round',
  'JSON.rawJSON',
  'Error.captureStackTrace',
])('CFF-JS-02: there is no %s', (method) => {
  expect(value(`typeof ${method}`)).toBe('undefined');
});

test('CFF-JS-02: exactly the globals of the runtime are there', () => {
  const names = value(`Object.getOwnPropertyNames(globalThis).sort()`) as string[];
  expect(names).toEqual([...BUILTINS['cloudfront-js-2.0'].globals].sort());
});

test.each([
  `Buffer.constructor('return process')()`,
  `console.log.constructor('return process')()`,
  `require('buffer').constructor.constructor('return process')()`,
  `require('crypto').createHash.constructor('return process')()`,
  `event.constructor.constructor('return process')()`,
  `require('fs')`,
])('CFF-JS-02: %s leads nowhere', (expression) => {
  expect(() => value(expression)).toThrowError(FunctionExecutionError);
});

test('CFF-JS-04: the clock stands still during a call, at the moment it started', () => {
  const code = `function handler() {
    var before = Date.now();
    for (var i = 0; i < 1e5; i++) {}
    return [before, Date.now(), new Date().getTime(), new Date(0).toISOString(), Date.UTC(1970, 0, 2)];
  }`;
  const edgeFunction = compileFunction({ name: 'test', code });
  for (const now of [1_000, 2_000]) {
    expect(edgeFunction.run(EVENT, { now: () => now }).value).toEqual([
      now,
      now,
      now,
      '1970-01-01T00:00:00.000Z',
      86_400_000,
    ]);
  }
});

test('CFF-LIM-01: lines of console.log are kept up to 10 KB', () => {
  const code = `function handler() { console.log('first'); console.log({ a: 1 }); for (var i = 0; i < 11; i++) console.log('x'.repeat(1024)); return {}; }`;
  const { logs } = compileFunction({ name: 'test', code }).run(EVENT);
  expect(logs.slice(0, 2)).toEqual(['first', '{"a":1}']);
  expect(logs.join('').length).toBe(10_240);
});

test('CFF-ERR-01: a failure says the line, and what was logged before it', () => {
  const code = `function handler(event) {\n  console.log('so far');\n  return event.nothing.here;\n}`;
  expect(() => compileFunction({ name: 'broken', code }).run(EVENT)).toThrowError(
    expect.objectContaining({
      message: expect.stringMatching(/^broken failed in line 3, column \d+: TypeError/),
      logs: ['so far'],
    }),
  );
});

test('CFF-ERR-01: an endless loop is ended, and the function runs again', () => {
  const code = `function handler(event) { while (event.request.loop) {} return 'done'; }`;
  const edgeFunction = compileFunction({ name: 'test', code, timeoutMs: 1000 });
  expect(() => edgeFunction.run({ request: { loop: true } })).toThrowError(FunctionExecutionError);
  expect(edgeFunction.run(EVENT).value).toBe('done');
});

test.each([
  ['variables', `var n = 0; function handler() { n += 1; return n; }`],
  [
    'what it hangs on built-ins',
    `function handler() { Math.calls = (Math.calls || 0) + 1; return Math.calls; }`,
  ],
  [
    'what it hangs on prototypes',
    `function handler() { var p = Array.prototype; p.calls = (p.calls || 0) + 1; return [].calls; }`,
  ],
  [
    'what it hangs on prototypes it came by otherwise',
    `function handler() { var o = {}['__pro' + 'to__']; o.calls = (o.calls || 0) + 1; return ({}).calls; }`,
  ],
  [
    'matches',
    `function handler(event) { var before = RegExp.$1 || ''; /(.)/.test('x'); return before === '' ? 1 : 2; }`,
  ],
])('%s do not outlive a call', (_, code) => {
  const edgeFunction = compileFunction({ name: 'test', code });
  expect([edgeFunction.run(EVENT).value, edgeFunction.run(EVENT).value]).toEqual([1, 1]);
});

test.each([
  [
    'the name of an error',
    `var e = new Error('a'); e.name = 'Mine'; e.message = 'b'; return String(e);`,
    'Mine: b',
  ],
  [
    'a method of its own objects',
    `var o = {}; o.toString = function () { return 'own'; }; return String(o);`,
    'own',
  ],
  [
    'a missing method',
    `if (!Array.prototype.flat) Array.prototype.flat = function () { return 'flat'; }; return [].flat();`,
    'flat',
  ],
])('a function may set %s', (_, body, expected) => {
  const edgeFunction = compileFunction({ name: 'test', code: `function handler() { ${body} }` });
  expect([edgeFunction.run(EVENT).value, edgeFunction.run(EVENT).value]).toEqual([expected, expected]);
});

test('the cloudfront module is imported by any name, and lines stay where they are', () => {
  const code = `import store from 'cloudfront';\nasync function handler() { return store.kvs().exists('a'); }`;
  const edgeFunction = compileFunction({ name: 'test', code, store: { id: 'S', entries: { a: '1' } } });
  expect(edgeFunction.run(EVENT).value).toBe(true);
});

test('CFF-JS-01: built-in modules are imported as well as required', () => {
  const code = `import crypto from 'crypto';
  import cf from 'cloudfront';
  function handler() { return [crypto.createHash('md5').update('a').digest('hex').length, typeof cf.kvs]; }`;
  expect(compileFunction({ name: 'test', code }).run(EVENT).value).toEqual([32, 'function']);
});

test('a key-value store gives its values in each format, and fails for a missing key', () => {
  const code = `import cf from 'cloudfront';
  async function handler(event) {
    var kvs = cf.kvs('S');
    try { await kvs.get('none'); } catch (error) { console.log('missing'); }
    return [await kvs.get('a'), await kvs.get('a', { format: 'json' }), (await kvs.get('a', { format: 'bytes' })).length,
      await kvs.exists('none'), await kvs.count(), (await kvs.meta()).keyCount];
  }`;
  const edgeFunction = compileFunction({ name: 'test', code, store: { id: 'S', entries: { a: '{"b":2}' } } });
  expect(edgeFunction.run(EVENT)).toEqual({
    value: ['{"b":2}', { b: 2 }, 7, false, 1, 1],
    logs: ['missing'],
  });
});

test('a promise that a function rejects and leaves alone does not end the program, one of its own does', () => {
  expect(() => onUnhandledRejection('theirs', { then: () => undefined })).not.toThrow();
  expect(() => onUnhandledRejection('ours', Promise.resolve())).toThrow('ours');
});

test.each([
  ['a circle', `var o = {}; o.o = o; return o;`, /circular/i],
  ['an object that is no text', `throw Object.create(null);`, /failed: \{\}/],
  ['a word', `throw 'word';`, /failed: word/],
])('CFF-ERR-01: %s is a failure with a reason', (_, body, reason) => {
  const edgeFunction = compileFunction({ name: 'test', code: `function handler() { ${body} }` });
  expect(() => edgeFunction.run(EVENT)).toThrowError(reason);
});

test('a function can check a signed token with what the runtime has', () => {
  const code = `import crypto from 'crypto';
  function claimsOf(token, secret) {
    const parts = token.split('.');
    const signature = crypto.createHmac('sha256', secret).update(parts[0] + '.' + parts[1]).digest('base64url');
    if (signature !== parts[2]) throw new Error('forged');
    const claims = JSON.parse(Buffer.from(parts[1], 'base64url'));
    if (claims.exp * 1000 < Date.now()) throw new Error('expired');
    return claims;
  }
  function handler(event) {
    try { return claimsOf(event.token, 'secret').sub; } catch (error) { console.log(error); return 'refused'; }
  }`;
  const edgeFunction = compileFunction({ name: 'test', code });
  const head = Buffer.from('{"alg":"HS256"}').toString('base64url');
  const body = Buffer.from('{"sub":"ada","exp":100}').toString('base64url');
  const signature = createHmac('sha256', 'secret').update(`${head}.${body}`).digest('base64url');
  const token = `${head}.${body}.${signature}`;
  const answer = (given: string, now: number) =>
    edgeFunction.run({ request: {}, token: given }, { now: () => now * 1000 });
  expect(answer(token, 99).value).toBe('ada');
  expect(answer(token, 101)).toEqual({ value: 'refused', logs: ['Error: expired'] });
  expect(answer(`${token}x`, 99)).toEqual({ value: 'refused', logs: ['Error: forged'] });
});

test.each([
  `new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff]))`,
  `new TextDecoder('latin1')`,
  `atob('*')`,
  `btoa('→')`,
  `Buffer.from('x', 'latin1')`,
  `Buffer.from({})`,
  `Buffer.alloc(1).readUInt16BE(0)`,
  `require('crypto').createHash('sha512')`,
  `(function () { var h = require('crypto').createHash('md5'); h.digest(); return h.digest(); })()`,
])('CFF-JS-01: %s throws', (expression) => {
  expect(() => value(expression)).toThrowError(FunctionExecutionError);
});
