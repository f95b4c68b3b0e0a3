import { expect, test } from 'vitest';
import { isStraight } from './straight-code';

const around = (body: string): string =>
  `function handler(event) { var request = event.request; ${body}; return request; }`;

test('a function of conditions and brief methods comes to its end at once', () => {
  const fallback = "if (request.uri.indexOf('/assets/') !== 0) { request.uri = '/index.html'; }";
  expect(isStraight(around(fallback))).toBe(true);
  expect(isStraight(around("if (request.uri.split('/').pop() === '') request.uri += 'index.html'"))).toBe(
    true,
  );
});

test.each([
  ['a loop', 'while (true) {}'],
  ['a loop over names', 'for (var name in request.headers) {}'],
  ['a pattern, which may go back and forth for ever', 'request.uri = /(a+)+$/.exec(request.uri)'],
  ['a pattern from a string', "request.uri.match('(a+)+$')"],
  ['a method that is given work', 'request.uri.repeat(1e9)'],
  ['a call of itself', 'handler(event)'],
  ['itself by another name', 'request.trim = handler; request.trim()'],
  ['a function of its own', 'request.uri.split("/").map(function (part) { return part; })'],
  ['an arrow function', 'var again = () => again(); again()'],
  ['a method whose name is made up', "request['re' + 'peat'](9)"],
  ['a getter', 'var x = { get y() { return x.y; } }'],
  ['something new', 'new Array(9)'],
  ['a tag of a template', 'request.trim`x`'],
  ['what a module gives', "require('crypto')"],
])('%s needs a watch', (_, body) => {
  expect(isStraight(around(body))).toBe(false);
});

test.each([
  'async function handler(event) { return event.request; }',
  'var handler = function (event) { return event.request; };',
  'function handler(event) { return event.request; } function other() {}',
  'function handler(event) {',
])('%s needs a watch', (code) => {
  expect(isStraight(code)).toBe(false);
});
