import { expect, test } from 'vitest';
import { longestLength } from './longest-text';
import { Value } from './value';

const value = (raw: unknown) => new Value(raw, 'here');

test.each([
  ['a text', 'x', 'x'],
  ['a reference', { Ref: 'Bucket' }, '${Bucket}'],
  ['an attribute', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, '${Bucket.Arn}'],
  ['an attribute in one text', { 'Fn::GetAtt': 'Bucket.Arn' }, '${Bucket.Arn}'],
  ['joined parts', { 'Fn::Join': ['/', ['a', { Ref: 'B' }]] }, 'a/${B}'],
  ['a substitution', { 'Fn::Sub': 'a-${AWS::Region}' }, 'a-${AWS::Region}'],
  ['a substitution with variables', { 'Fn::Sub': ['a-${X}', { X: { Ref: 'B' } }] }, 'a-${B}'],
  ['nothing', undefined, ''],
])('%s is written as people read it', (_, raw, text) => {
  expect(value(raw).text).toBe(text);
});

test('what only the deployment knows is one placeholder, and no literal', () => {
  const split = value({ 'Fn::Select': [0, { 'Fn::Split': ['-', { Ref: 'AWS::StackId' }] }] });
  expect(split.text.replaceAll(/\$\{[^{}]*\}/g, '…')).toBe('…');
  expect(split.literal).toBeUndefined();
  expect(value({ 'Fn::Join': ['', ['a', 'b']] }).literal).toBe('ab');
});

test('numbers and truth values may be written as texts', () => {
  expect(value('80').number).toBe(80);
  expect(value({ Ref: 'Port' }).number).toBeUndefined();
  expect(value('true').boolean).toBe(true);
  expect(value(false).boolean).toBe(false);
  expect(value('yes').boolean).toBeUndefined();
});

test('paths say where a value is, also where there is none', () => {
  expect(
    value({ a: [{ b: 1 }] })
      .get('a')
      .items[0]?.get('b').path,
  ).toBe('here.a[0].b');
  expect(value({}).get('a', 'b').path).toBe('here.a.b');
  expect(value({}).get('a', 'b').isPresent).toBe(false);
});

test('inherited names of objects are no properties', () => {
  expect(value({}).get('constructor').isPresent).toBe(false);
});

test('a reference is found only where it is all there is', () => {
  expect(value({ 'Fn::Sub': '${Bucket}' }).reference).toEqual({ id: 'Bucket' });
  expect(value({ 'Fn::Sub': '${Bucket.Arn}' }).is('Bucket', 'Arn')).toBe(true);
  expect(value({ 'Fn::Sub': '${Bucket}/x' }).reference).toBeUndefined();
});

test('what looks like a reference in a plain text is none, for CloudFormation leaves it as it is', () => {
  expect(value('${Bucket}').reference).toBeUndefined();
  expect(value('${Bucket}').literal).toBe('${Bucket}');
  expect(value({ 'Fn::Sub': '${!Bucket}' }).literal).toBe('${Bucket}');
});

test('mentions are found however deep, but not those of variables and literals', () => {
  const raw = {
    a: [{ Ref: 'A' }],
    b: { 'Fn::Sub': ['${B.Arn} ${V} ${!L}', { V: { 'Fn::GetAtt': ['C', 'Arn'] } }] },
  };
  expect([...value(raw).mentions].sort()).toEqual(['A', 'B', 'C']);
});

test.each([
  ['a region', { Ref: 'AWS::Region' }, 14],
  ['a text with an account', { 'Fn::Sub': 'x-${AWS::AccountId}' }, 14],
  ['what CloudFormation names', { Ref: 'Bucket' }, 64],
  [
    'a part of the stack’s id',
    {
      'Fn::Select': [
        0,
        { 'Fn::Split': ['-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }] },
      ],
    },
    12,
  ],
])('the longest that %s can become is known', (_, raw, length) => {
  expect(longestLength(value(raw))).toBe(length);
});
