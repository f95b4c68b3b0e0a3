import { expect, test } from 'vitest';
import { grammarFaults } from './grammar';

const PASS = 'function handler(event) { return event.request; }';

function constructs(code: string, runtime: 'cloudfront-js-1.0' | 'cloudfront-js-2.0' = 'cloudfront-js-2.0') {
  return grammarFaults(`${code}\n${PASS}`, runtime).map(({ line, construct }) => `${line}: ${construct}`);
}

test.each([
  ['var, let and const', 'var a = 1; let b = 2; const c = 3;'],
  ['arrows', 'var f = (a, b) => a + b;'],
  ['rest parameters', 'function f(a, ...rest) { return rest; }'],
  ['template literals', 'var s = `a ${1 + 1} b`;'],
  ['powers', 'var n = 2 ** 8;'],
  ['numeric separators', 'var n = 1_000;'],
  ['named groups', 'var r = /(?<year>\\d+)/g;'],
  ['async functions', 'async function f() { return await Promise.all([]); }'],
  ['the key-value store', `import cf from 'cloudfront'; const kvs = cf.kvs();`],
  ['imported modules', `import crypto from 'crypto'; var h = crypto.createHash('md5');`],
  ['modules', `var q = require('querystring'); var c = require('crypto');`],
  ['labels and for…in', 'outer: for (var k in {}) { continue outer; }'],
  ['getters', 'var o = { get a() { return 1; } };'],
  ['globals', 'Buffer.from(atob(btoa("x"))); new TextEncoder(); new Uint8Array(1); globalThis.x;'],
  ['a name tested with typeof', 'var u = typeof URL === "undefined" ? null : new URL("https://a");'],
  ['properties of any name', 'var o = { fetch: 1 }; o.process = o.fetch;'],
])('runtime 2.0 accepts %s [CFF-JS-01]', (_, code) => {
  expect(constructs(code)).toEqual([]);
});

test.each([
  ['for…of', '\nfor (var x of []) {}', '2: for…of'],
  ['destructuring of objects', 'var { a } = {};', '1: destructuring'],
  ['destructuring of lists', 'function f([a]) {}', '1: destructuring'],
  ['optional chaining', 'var o = {}; o?.a;', '1: optional chaining (?.)'],
  ['nullish coalescing', 'var o = null ?? 1;', '1: ??'],
  ['logical assignment', 'var o; o ||= 1;', '1: ||='],
  ['spread', '\n\nvar l = [...[]];', '3: spread (...)'],
  ['a class', 'class A {}', '1: a class'],
  ['a generator', 'function* g() {}', '1: a generator'],
  ['a default value', 'function f(a = 1) {}', '1: a default value'],
  ['top-level await', 'await 1;', '1: await outside of an async function'],
  ['an async arrow', 'var f = async () => 1;', '1: an async argument or closure'],
  ['an async closure', 'function f() { async function g() {} }', '1: an async argument or closure'],
  ['a shorthand property', 'var a = 1; var o = { a };', '1: a shorthand property'],
  ['export', 'export function f() {}', '1: export'],
  ['import of a name', `import { kvs } from 'cloudfront';`, '1: an import of a name'],
  ['another module', `import fs from 'fs';`, '1: import from "fs"'],
  ['another require', `var fs = require('fs');`, '1: require "fs"'],
  ['eval', `eval('1');`, '1: code from a string (eval)'],
  ['code from a string', `new Function('return 1');`, '1: code from a string (Function)'],
  ['timers', 'setTimeout(handler, 1);', '1: setTimeout, which is not defined'],
  ['the network', 'fetch("/");', '1: fetch, which is not defined'],
  ['the process', 'var e = process.env;', '1: process, which is not defined'],
  ['maps', 'var m = new Map();', '1: Map, which is not defined'],
  ['big integers', 'var n = 1n;', '1: a BigInt'],
  ['spread in an object', 'var a = { ...{} };', '1: spread (...)'],
  ['a computed property name', "var a = { ['b']: 1 };", '1: a computed property name'],
  ['catch without a variable', 'try { handler(); } catch { }', '1: catch without a variable'],
  ['later flags of regular expressions', 'var r = /x/s;', '1: the flag s of a regular expression'],
  ['lookbehind', 'var r = /(?<=a)b/;', '1: lookbehind in a regular expression'],
])('runtime 2.0 rejects %s with its line [CFF-JS-02]', (_, code, fault) => {
  expect(constructs(code)).toContain(fault);
});

test('code that does not parse is rejected with line and column [CFF-JS-03]', () => {
  expect(
    grammarFaults('function handler(event) {\n  return event..request;\n}', 'cloudfront-js-2.0'),
  ).toEqual([expect.objectContaining({ line: 2, column: 16 })]);
});

test('requires a global function named handler [CFF-JS-05]', () => {
  expect(grammarFaults('function other() {}', 'cloudfront-js-2.0')).toEqual([
    expect.objectContaining({ construct: expect.stringContaining('no global function named handler') }),
  ]);
});

test.each([
  ['let', 'let a = 1;', '1: let'],
  ['const', 'const a = 1;', '1: const'],
  ['async', 'async function f() {}', '1: async'],
  ['Buffer', 'var b = Buffer.from("x");', '1: Buffer, which is not defined'],
])('runtime 1.0 rejects %s [CFF-JS-01]', (_, code, fault) => {
  expect(constructs(code, 'cloudfront-js-1.0')).toContain(fault);
});

test('runtime 1.0 accepts arrows, rest parameters, template literals and powers [CFF-JS-01]', () => {
  expect(constructs('var f = (...a) => `${a}` + 2 ** 3;', 'cloudfront-js-1.0')).toEqual([]);
});

test('reports functions of the cloudfront module that the caller does not support', () => {
  const code = `import cf from 'cloudfront';\ncf.updateRequestOrigin({});\n${PASS}`;
  expect(grammarFaults(code, 'cloudfront-js-2.0')).toEqual([]);
  expect(grammarFaults(code, 'cloudfront-js-2.0', ['updateRequestOrigin'])).toEqual([
    expect.objectContaining({ line: 2, construct: 'cf.updateRequestOrigin', isUnsupported: true }),
  ]);
});
