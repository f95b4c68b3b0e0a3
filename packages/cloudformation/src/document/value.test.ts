import { expect, test } from 'vitest';
import { longestLength, Value } from './value';

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
])('text writes %s', (_, raw, text) => {
  expect(value(raw).text).toBe(text);
});

test('a value of the deployment is a placeholder in text, and has no literal', () => {
  const split = value({ 'Fn::Select': [0, { 'Fn::Split': ['-', { Ref: 'AWS::StackId' }] }] });
  expect(split.text.replaceAll(/\$\{[^{}]*\}/g, '…')).toBe('…');
  expect(split.literal).toBeUndefined();
  expect(value({ 'Fn::Join': ['', ['a', 'b']] }).literal).toBe('ab');
});

test('number and boolean accept strings', () => {
  expect(value('80').number).toBe(80);
  expect(value({ Ref: 'Port' }).number).toBeUndefined();
  expect(value('true').boolean).toBe(true);
  expect(value(false).boolean).toBe(false);
  expect(value('yes').boolean).toBeUndefined();
});

test('path contains the place, also of a missing value', () => {
  expect(
    value({ a: [{ b: 1 }] })
      .get('a')
      .items[0]?.get('b').path,
  ).toBe('here.a[0].b');
  expect(value({}).get('a', 'b').path).toBe('here.a.b');
  expect(value({}).get('a', 'b').isPresent).toBe(false);
});

test('get ignores inherited properties of objects', () => {
  expect(value({}).get('constructor').isPresent).toBe(false);
});

test('reference is undefined for a text that contains more than a reference', () => {
  expect(value({ 'Fn::Sub': '${Bucket}' }).reference).toEqual({ id: 'Bucket' });
  expect(value({ 'Fn::Sub': '${Bucket.Arn}' }).is('Bucket', 'Arn')).toBe(true);
  expect(value({ 'Fn::Sub': '${Bucket}/x' }).reference).toBeUndefined();
});

test('reference is undefined for plain text, which CloudFormation does not change', () => {
  expect(value('${Bucket}').reference).toBeUndefined();
  expect(value('${Bucket}').literal).toBe('${Bucket}');
  expect(value({ 'Fn::Sub': '${!Bucket}' }).literal).toBe('${Bucket}');
});

test('mentions contains references at any depth, but no variables and literals', () => {
  const raw = {
    a: [{ Ref: 'A' }],
    b: { 'Fn::Sub': ['${B.Arn} ${V} ${!L}', { V: { 'Fn::GetAtt': ['C', 'Arn'] } }] },
  };
  expect([...value(raw).mentions].sort()).toEqual(['A', 'B', 'C']);
});

test.each([
  ['a region', { Ref: 'AWS::Region' }, 14],
  ['a text with an account', { 'Fn::Sub': 'x-${AWS::AccountId}' }, 14],
  ['a generated name', { Ref: 'Bucket' }, 64],
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
])('longestLength returns the maximum of %s', (_, raw, length) => {
  expect(longestLength(value(raw))).toBe(length);
});
