import { expect, test } from 'vitest';
import { parseYaml } from './yaml';

test.each([
  ['!Ref A', { Ref: 'A' }],
  ['!Condition A', { Condition: 'A' }],
  ['!GetAtt A.B.C', { 'Fn::GetAtt': 'A.B.C' }],
  ['!GetAtt [A, !Ref B]', { 'Fn::GetAtt': ['A', { Ref: 'B' }] }],
  ['!Sub "${A}-x"', { 'Fn::Sub': '${A}-x' }],
  ['!Sub ["${a}", {a: !Ref B}]', { 'Fn::Sub': ['${a}', { a: { Ref: 'B' } }] }],
  ['!Join [",", [a, !Ref B]]', { 'Fn::Join': [',', ['a', { Ref: 'B' }]] }],
  ['!Select [0, !GetAZs ""]', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }],
  ['!Split [",", a]', { 'Fn::Split': [',', 'a'] }],
  ['!If [c, 1, 2]', { 'Fn::If': ['c', 1, 2] }],
  ['!Equals [a, b]', { 'Fn::Equals': ['a', 'b'] }],
  [
    '!And [!Condition a, !Not [!Condition b]]',
    { 'Fn::And': [{ Condition: 'a' }, { 'Fn::Not': [{ Condition: 'b' }] }] },
  ],
  ['!Or [!Condition a]', { 'Fn::Or': [{ Condition: 'a' }] }],
  ['!FindInMap [a, b, c]', { 'Fn::FindInMap': ['a', 'b', 'c'] }],
  ['!Base64 abc', { 'Fn::Base64': 'abc' }],
  ['!Cidr [a, 1, 8]', { 'Fn::Cidr': ['a', 1, 8] }],
  ['!ImportValue a', { 'Fn::ImportValue': 'a' }],
  ['!Length [a]', { 'Fn::Length': ['a'] }],
  ['!ToJsonString {a: 1}', { 'Fn::ToJsonString': { a: 1 } }],
  ['!Transform {Name: a}', { 'Fn::Transform': { Name: 'a' } }],
  ['{"Fn::Sub": "a"}', { 'Fn::Sub': 'a' }],
  ['2010-09-09', '2010-09-09'],
  ['10:30', '10:30'],
  ['yes', true],
  ['{012345678901: a}', { '012345678901': 'a' }],
  ['', null],
])('parseYaml reads %s', (yaml, expected) => {
  expect(parseYaml(`A: ${yaml}\n`, 'a.yaml')).toEqual({ A: expected });
});

test.each([
  ['an unclosed list', 'A: [1\nB: 2\n', 'line 2, column 1'],
  ['an alias', 'A: &x 1\nB: *x\n', 'line 2, column 4: CloudFormation does not support aliases (*x)'],
  ['a merge key', 'A:\n  <<: {B: 1}\n', 'line 2, column 3: CloudFormation does not support merge keys'],
  ['an unknown tag', 'A:\n  - !Nope 1\n', 'line 2, column 11: there is no intrinsic function !Nope'],
])('parseYaml rejects %s with its place', (_, yaml, message) => {
  expect(() => parseYaml(yaml, 'a.yaml')).toThrowError(
    expect.objectContaining({
      code: 'ERR_TEMPLATE_MALFORMED',
      message: expect.stringContaining(`a.yaml: ${message}`),
    }),
  );
});

test.each([
  ['the last value of a duplicate key', 'A:\n  B: 1\n  B: 2\n', { A: { B: 2 } }],
  ['the last value of a duplicate key in JSON', '{"A": 1,\n "A": 2}', { A: 2 }],
  [
    'a list at the column of its key',
    'A:\n  B: [\n  c,\n  !Ref d\n  ]\n  E: 1\n',
    { A: { B: ['c', { Ref: 'd' }], E: 1 } },
  ],
  ['a mapping left of its key', 'A:\n  B: {\nC: [\n1]\n}\n', { A: { B: { C: [1] } } }],
  ['quoted text in such a list', 'A:\n  B: [\n  "c\n  d"\n  ]\n', { A: { B: ['c d'] } }],
])('parseYaml accepts %s, as CloudFormation does', (_, yaml, expected) => {
  expect(parseYaml(yaml, 'a.yaml')).toEqual(expected);
});
