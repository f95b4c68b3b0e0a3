import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { BUILTINS, type FunctionRuntime } from '@spa-on-aws/cloudformation';
import type { FunctionDefinition } from '../../model/functions';
import { compileFunction, FunctionExecutionError } from './edge-function';

const EVENT = { request: {} };

/** A function named `test`. */
function functionOf(code: string, change: Partial<FunctionDefinition> = {}, timeoutMs?: number) {
  const runtime = 'cloudfront-js-2.0' as const;
  const definition = { name: 'test', code, runtime, store: undefined, isPublished: true, ...change };
  return compileFunction(definition, timeoutMs);
}

/** Returns the result of a function's code for an empty event. */
async function valueOf(code: string, change: Partial<FunctionDefinition> = {}): Promise<unknown> {
  return (await functionOf(code, change).run(EVENT)).value;
}

/** Functions of this module, by the name by which expressions use them. */
const MODULES = `var crypto = require('crypto');\nvar q = require('querystring');`;

/** Returns a call of each expression, by index, in one function. */
function expressionsOf(expressions: readonly string[], runtime: FunctionRuntime = 'cloudfront-js-2.0') {
  const cases = expressions.map((expression, index) => `case ${index}: return ${expression};`);
  const code = `${MODULES}\nfunction handler(event) { switch (event.request.index) { ${cases.join('\n')} } }`;
  const edgeFunction = functionOf(code, { runtime });
  return async (index: number): Promise<unknown> => (await edgeFunction.run({ request: { index } })).value;
}

const VALUES: readonly (readonly [expression: string, expected: unknown])[] = [
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
  [`q.parse('name=value&abc=xyz&abc=123&e=%C3%A9+x')`, { name: 'value', abc: ['xyz', '123'], e: 'é x' }],
  [
    `q.stringify({ name: 'value', abc: ['xyz', '123'], anotherName: '' })`,
    'name=value&abc=xyz&abc=123&anotherName=',
  ],
  [`q.parse('a=%FF').a`, '\uFFFD'],
];
const valueOfExpression = expressionsOf(VALUES.map(([expression]) => expression));

test.each(VALUES.map((each, index) => [...each, index] as const))(
  '%s is %j [CFF-JS-01]',
  async (_, expected, index) => {
    expect(await valueOfExpression(index)).toEqual(expected);
  },
);

test('async functions can use promises and their combinators [CFF-JS-01]', async () => {
  const code = `async function one() { return 1; }
  async function handler() { return await Promise.all([one(), one().then((n) => n + 1)]); }`;
  expect(await valueOf(code)).toEqual([1, 2]);
});

test('runtime 1.0 has byte strings and no buffers [CFF-JS-01]', async () => {
  const valueAt = expressionsOf(
    [
      `[typeof Buffer, typeof atob, 'x'.replaceAll === undefined]`,
      `String.bytesFrom('aMOp', 'base64').fromUTF8()`,
      `crypto.createHash('md5').update('a').digest().length`,
    ],
    'cloudfront-js-1.0',
  );
  expect(await valueAt(0)).toEqual(['undefined', 'undefined', true]);
  expect(await valueAt(1)).toBe('hé');
  expect(await valueAt(2)).toBe(16);
});

const MISSING = [
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
];

test('methods of later years are undefined [CFF-JS-02]', async () => {
  const types = `[${MISSING.map((method) => `typeof ${method}`).join(', ')}]`;
  expect(await expressionsOf([types])(0)).toEqual(MISSING.map(() => 'undefined'));
});

test.each(['cloudfront-js-1.0', 'cloudfront-js-2.0'] as const)(
  '%s has exactly its documented globals [CFF-JS-02]',
  async (runtime) => {
    const names = (await expressionsOf(
      [`Object.getOwnPropertyNames(globalThis).sort()`],
      runtime,
    )(0)) as string[];
    expect(names).toEqual([...BUILTINS[runtime].globals].sort());
  },
);

const THROWING = [
  `Buffer.constructor('return process')()`,
  `console.log.constructor('return process')()`,
  `(async function () {}).constructor('return process')()`,
  `require('buffer').constructor.constructor('return process')()`,
  `require('crypto').createHash.constructor('return process')()`,
  `event.constructor.constructor('return process')()`,
  `eval('1')`,
  `require('fs')`,
  `new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff]))`,
  `new TextDecoder('latin1')`,
  `atob('*')`,
  `btoa('→')`,
  `Buffer.from('x', 'latin1')`,
  `Buffer.from({})`,
  `Buffer.alloc(1).readUInt16BE(0)`,
  `require('crypto').createHash('sha512')`,
  `(function () { var h = require('crypto').createHash('md5'); h.digest(); return h.digest(); })()`,
];
const throwing = expressionsOf(THROWING);

test.each(THROWING.map((expression, index) => [expression, index] as const))(
  '%s throws [CFF-JS-01, CFF-JS-02]',
  async (_, index) => {
    await expect(throwing(index)).rejects.toThrowError(expect.objectContaining({ reason: 'threw' }));
  },
);

/** Tries to reach the process through an error. */
const ESCAPE = `
function escape(error) {
  try {
    var process = error.constructor.constructor('return process')();
    return 'escaped from ' + error.name + ' into ' + process.pid;
  } catch (rejected) {
    return 'contained';
  }
}`;

test.each([
  ['console.log', `console.log('x'); return dive();`],
  ['Buffer', `Buffer.from('x').toString('base64'); return dive();`],
  ['crypto', `require('crypto').createHash('md5').update('x').digest('hex'); return dive();`],
  ['JSON', `return JSON.parse(JSON.stringify({ toJSON: dive }));`],
  ['a regular expression', `return 'x'.replace(/x/, dive);`],
  ['a getter', `return Object.defineProperty({}, 'x', { get: dive }).x;`],
])('a function that overflows the stack inside %s stays in the sandbox', async (_, call) => {
  const code = `${ESCAPE}
  function dive() { try { ${call} } catch (error) { return escape(error); } }
  function handler() { return dive(); }`;
  expect(await valueOf(code)).toBe('contained');
});

test('a function cannot reach this process through objects that it receives or loads', async () => {
  const code = `import cf from 'cloudfront';
  ${ESCAPE}
  function handler(event) {
    var seen = [event, event.request, console, console.log, require, cf, cf.kvs, Buffer, Date, Promise.resolve(), Math.random];
    return seen.map(function (value) { return escape({ constructor: value.constructor, name: 'x' }); });
  }`;
  expect(new Set((await valueOf(code)) as string[])).toEqual(new Set(['contained']));
});

test('the clock does not advance during a call [CFF-JS-04]', async () => {
  const code = `function handler() {
    var before = Date.now();
    for (var i = 0; i < 1e5; i++) {}
    return [before, Date.now(), new Date().getTime(), new Date(0).toISOString(), Date.UTC(1970, 0, 2)];
  }`;
  const edgeFunction = functionOf(code);
  for (const now of [1_000, 2_000]) {
    const run = await edgeFunction.run(EVENT, { now: () => now });
    expect(run.value).toEqual([now, now, now, '1970-01-01T00:00:00.000Z', 86_400_000]);
  }
});

test('calls get different random numbers', async () => {
  const edgeFunction = functionOf(`function handler() { return Math.random(); }`);
  const [one, other] = [await edgeFunction.run(EVENT), await edgeFunction.run(EVENT)];
  expect(one.value).not.toBe(other.value);
});

test('console.log keeps 10 KB of lines [CFF-LIM-01]', async () => {
  const code = `function handler() { console.log('first'); console.log({ a: 1 }); for (var i = 0; i < 11; i++) console.log('x'.repeat(1024)); return {}; }`;
  const { logs } = await functionOf(code).run(EVENT);
  expect(logs.slice(0, 2)).toEqual(['first', '{"a":1}']);
  expect(logs.join('').length).toBe(10_240);
});

test('text passes unchanged, whatever its characters', async () => {
  const text = 'a\u0000é→😀\ud800\u2028"';
  const code = `function handler(event) { console.log(event.request.text); return [event.request.text, Buffer.from('a\\0b').length]; }`;
  const run = await functionOf(code).run({ request: { text } });
  expect(run.value).toEqual([text, 3]);
  expect(run.logs).toEqual([Buffer.from(text).toString()]);
});

test.each([
  ['at the start', `function handler(event) { return event.nothing.here; }`, 1],
  ['further down', `function handler(event) {\n  console.log('so far');\n  return event.nothing.here;\n}`, 3],
  [
    'after an import',
    `import cf from 'cloudfront';\nfunction handler(event) { return event.nothing.here; }`,
    2,
  ],
])('an error has its line (%s) [CFF-ERR-01]', async (_, code, line) => {
  await expect(valueOf(code, { name: 'broken.v2' })).rejects.toThrowError(
    expect.objectContaining({
      reason: 'threw',
      message: expect.stringMatching(
        new RegExp(`^broken\\.v2 failed in line ${line}, column \\d+: TypeError`),
      ),
    }),
  );
});

test('an error has the lines that were logged before it [CFF-ERR-01]', async () => {
  const code = `function handler() { console.log('so far'); throw new Error('x'); }`;
  await expect(valueOf(code)).rejects.toThrowError(expect.objectContaining({ logs: ['so far'] }));
});

test.each([
  ['an endless loop', 'timed-out', 'while (true) {}'],
  [
    'an endless loop that catches errors',
    'timed-out',
    'while (true) { try { while (true) {} } catch (e) {} }',
  ],
  ['a regular expression that backtracks', 'timed-out', `return /^(a+)+$/.test('a'.repeat(40) + 'b');`],
  [
    'an endless chain of promises',
    'timed-out',
    'function next() { Promise.resolve().then(next); } next(); return new Promise(next);',
  ],
  ['a promise that never settles', 'never-returned', 'return new Promise(function () {});'],
  ['a list that grows', 'out-of-memory', `var l = []; while (true) l.push({ n: l.length });`],
  ['a large value', 'out-of-memory', `return new ArrayBuffer(3e6).byteLength;`],
  ['an endless recursion', 'threw', `function f() { return f() + 1; } return f();`],
  ['deeply nested JSON', 'threw', `var l = []; for (var i = 0; i < 1e5; i++) l = [l]; return l;`],
])('%s ends the call, and the function runs again [CFF-ERR-01]', async (_, reason, body) => {
  const code = `function handler(event) { if (event.request.calm) return 'done'; ${body} }`;
  const edgeFunction = functionOf(code, {}, reason === 'timed-out' ? 500 : 20_000);
  await expect(edgeFunction.run(EVENT)).rejects.toThrowError(expect.objectContaining({ reason }));
  expect((await edgeFunction.run({ request: { calm: true } })).value).toBe('done');
});

test('an engine that broke is replaced', async () => {
  const edgeFunction = functionOf(`function handler(event) { return 'done'; }`);
  const broken = {
    get request(): object {
      throw new Error('the event cannot be read');
    },
  };
  await expect(edgeFunction.run(broken)).rejects.toThrowError(FunctionExecutionError);
  expect((await edgeFunction.run(EVENT)).value).toBe('done');
});

test.each([
  ['variables', `var n = 0; function handler() { n += 1; return n; }`],
  [
    'properties of built-ins',
    `function handler() { Math.calls = (Math.calls || 0) + 1; return Math.calls; }`,
  ],
  [
    'properties of prototypes',
    `function handler() { var p = Array.prototype; p.calls = (p.calls || 0) + 1; return [].calls; }`,
  ],
  [
    'properties of Object.prototype',
    `function handler() { var o = {}['__pro' + 'to__']; o.calls = (o.calls || 0) + 1; return ({}).calls; }`,
  ],
  [
    'matches',
    `function handler(event) { var before = RegExp.$1 || ''; /(.)/.test('x'); return before === '' ? 1 : 2; }`,
  ],
  [
    'promises that are not awaited',
    `var n = 1; function handler() { Promise.reject(1); Promise.resolve().then(function () { n += 1; }); return n; }`,
  ],
])('%s do not outlive a call', async (_, code) => {
  const edgeFunction = functionOf(code);
  expect((await edgeFunction.run(EVENT)).value).toBe(1);
  expect((await edgeFunction.run(EVENT)).value).toBe(1);
});

test('a call that failed leaves nothing behind', async () => {
  const code = `var seen = []; function handler(event) { seen.push(1); if (event.request.fail) throw new Error('x'); return seen.length; }`;
  const edgeFunction = functionOf(code);
  await expect(edgeFunction.run({ request: { fail: true } })).rejects.toThrowError(FunctionExecutionError);
  expect((await edgeFunction.run(EVENT)).value).toBe(1);
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
])('a function can set %s', async (_, body, expected) => {
  expect(await valueOf(`function handler() { ${body} }`)).toBe(expected);
});

const STORE = { id: 'S', entries: { a: '{"b":2}' } };

test('a function can import the cloudfront module by any name', async () => {
  const code = `import store from 'cloudfront';\nasync function handler() { return store.kvs().exists('a'); }`;
  expect(await valueOf(code, { store: STORE })).toBe(true);
});

test('a function can import built-in modules [CFF-JS-01]', async () => {
  const code = `import crypto from 'crypto';
  import cf from 'cloudfront';
  function handler() { return [crypto.createHash('md5').update('a').digest('hex').length, typeof cf.kvs]; }`;
  expect(await valueOf(code)).toEqual([32, 'function']);
});

test('a key value store returns values in each format, and fails for a missing key', async () => {
  const code = `import cf from 'cloudfront';
  async function handler(event) {
    var kvs = cf.kvs('S');
    try { await kvs.get('none'); } catch (error) { console.log('missing'); }
    return [await kvs.get('a'), await kvs.get('a', { format: 'json' }), (await kvs.get('a', { format: 'bytes' })).length,
      await kvs.exists('none'), await kvs.count(), (await kvs.meta()).keyCount];
  }`;
  expect(await functionOf(code, { store: STORE }).run(EVENT)).toEqual({
    value: ['{"b":2}', { b: 2 }, 7, false, 1, 1],
    logs: ['missing'],
  });
});

test('code that does not parse fails when it is called [CFF-JS-03]', async () => {
  await expect(valueOf('function handler( {')).rejects.toThrowError(
    expect.objectContaining({ reason: 'syntax', message: expect.stringContaining('test does not parse') }),
  );
});

test.each([
  ['a circular value', `var o = {}; o.o = o; return o;`, /circular/i],
  ['an object without text', `throw Object.create(null);`, /failed: \{\}/],
  ['a string', `throw 'word';`, /failed: word/],
])('%s is an error with a reason [CFF-ERR-01]', async (_, body, reason) => {
  await expect(valueOf(`function handler() { ${body} }`)).rejects.toThrowError(reason);
});

test('a function can verify a signed token', async () => {
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
    try { return claimsOf(event.token, 'secret').sub; } catch (error) { console.log(error); return 'rejected'; }
  }`;
  const edgeFunction = functionOf(code);
  const head = Buffer.from('{"alg":"HS256"}').toString('base64url');
  const body = Buffer.from('{"sub":"ada","exp":100}').toString('base64url');
  const signature = createHmac('sha256', 'secret').update(`${head}.${body}`).digest('base64url');
  const token = `${head}.${body}.${signature}`;
  const run = (given: string, now: number) =>
    edgeFunction.run({ request: {}, token: given }, { now: () => now * 1000 });
  expect((await run(token, 99)).value).toBe('ada');
  expect(await run(token, 101)).toEqual({ value: 'rejected', logs: ['Error: expired'] });
  expect(await run(`${token}x`, 99)).toEqual({ value: 'rejected', logs: ['Error: forged'] });
});
