import { expect, test } from 'vitest';
import { grammarFaults } from './function-grammar';

const V2 = 'cloudfront-js-2.0';
const inHandler = (code: string) => `function handler(event) {\n${code}\nreturn event.request;\n}`;

test.each([
  ['ECMAScript 5.1', 'var a = { get: 1 }; for (var key in a) { if (/^x/gi.test(key)) continue; }'],
  ['const, let and arrow functions', 'const f = (x) => x + 1; let y = f(1);'],
  ['template literals and rest parameters', 'var f = function (...all) { return `${all[0]}`; };'],
  ['exponents and numeric separators', 'var a = 2 ** 3 + 1_000;'],
  ['named groups', 'var m = /(?<year>\\d{4})/.exec("2026");'],
  ['modules it has', "var crypto = require('crypto');"],
  ['a name of one’s own like a missing global', 'var process = 1; event.fetch = process;'],
  ['properties named like missing globals', 'event.process = { fetch: 1 };'],
])('runtime 2.0 takes %s (CFF-JS-01)', (_, code) => {
  expect(grammarFaults(inHandler(code), V2)).toEqual([]);
});

test('runtime 2.0 takes an async handler, await in it, and CloudFront’s own module', () => {
  const code =
    "import cf from 'cloudfront';\nasync function handler(event) { await cf.kvs().get('a'); return event.request; }";
  expect(grammarFaults(code, V2)).toEqual([]);
});

test.each([
  ['for…of', 'for (var x of [1]) { x; }', 'for…of'],
  ['destructuring', 'var { uri } = event;', 'destructuring'],
  ['destructuring of a list', 'var [a] = [1];', 'destructuring'],
  ['optional chaining', 'var a = event?.request;', 'optional chaining (?.)'],
  ['??', 'var a = event.a ?? 1;', '??'],
  ['??=', 'event.a ??= 1;', '??='],
  ['spread', 'var a = [...[1]];', 'spread (...)'],
  ['spread in an object', 'var a = { ...event };', 'spread (...)'],
  ['classes', 'class A {}', 'class'],
  ['generators', 'function* g() { }', 'a generator'],
  [
    'defaults of parameters',
    'var f = function (a = 1) { return a; };',
    'a default value of a parameter or variable',
  ],
  ['shorthand properties', 'var a = { event };', 'a shorthand property or method'],
  ['computed property names', "var a = { ['b']: 1 };", 'a computed property name'],
  ['catch without a variable', 'try { event(); } catch { }', 'catch without a variable'],
  ['lookbehind', 'var a = /(?<=x)y/;', 'lookbehind in a regular expression'],
  ['flags', 'var a = /x/s;', 'the flag s of a regular expression'],
  ['BigInt', 'var a = 1n;', 'a BigInt'],
  ['eval', "eval('1');", 'eval'],
  ['timers', 'setTimeout(handler, 1);', 'setTimeout'],
  ['network', "fetch('https://example.com');", 'fetch'],
  ['process', 'var a = process.env;', 'process'],
  ['other modules', "var fs = require('fs');", 'module fs'],
])('runtime 2.0 does not take %s (CFF-JS-02)', (_, code, what) => {
  expect(grammarFaults(inHandler(code), V2)).toContainEqual({
    line: 2,
    problem: `${what} is not in ${V2}`,
  });
});

test('runtime 1.0 takes ECMAScript 5.1 only', () => {
  expect(grammarFaults(inHandler('var a = 1;'), 'cloudfront-js-1.0')).toEqual([]);
  expect(grammarFaults(inHandler('const a = 1;'), 'cloudfront-js-1.0')).not.toEqual([]);
});

test('code without a global handler, code that is none, and an unknown runtime are faults', () => {
  expect(grammarFaults('var a = 1;', V2)).toEqual([
    { line: 1, problem: 'there is no global function named handler (CFF-JS-05)' },
  ]);
  expect(grammarFaults('function handler( {', V2)[0]?.problem).toMatch(/^it is no JavaScript/);
  expect(grammarFaults(inHandler(''), 'nodejs20.x')[0]?.problem).toBe('runtime nodejs20.x is not known');
});
