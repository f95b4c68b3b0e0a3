import { expect, test } from 'vitest';
import { Parameters, type ParameterDeclaration } from './parameters';

function valueOf(declaration: ParameterDeclaration, given?: string): unknown {
  const values = given === undefined ? {} : { It: given };
  return new Parameters('site', { Parameters: { It: declaration }, Resources: {} }, values).valueOf(
    'It',
    'Resources.A.Properties.B',
  );
}

test.each<[string, ParameterDeclaration, string | undefined, unknown]>([
  ['a default', { Type: 'String', Default: 'a' }, undefined, 'a'],
  ['a given value', { Type: 'String', Default: 'a' }, 'b', 'b'],
  ['a pattern with needless escapes', { Type: 'String', AllowedPattern: '[a-z]+\\@x' }, 'a@x', 'a@x'],
  ['a number as text', { Type: 'Number', MinValue: 1, MaxValue: 3 }, '2', '2'],
  ['a list', { Type: 'CommaDelimitedList' }, 'a, b', ['a', 'b']],
  ['a list of ids', { Type: 'List<AWS::EC2::Subnet::Id>' }, 'subnet-1,subnet-2', ['subnet-1', 'subnet-2']],
  ['an id', { Type: 'AWS::EC2::VPC::Id' }, 'vpc-1', 'vpc-1'],
  [
    'a given value for a parameter in Systems Manager',
    { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' },
    'ami-1',
    'ami-1',
  ],
])('valueOf returns %s', (_, declaration, given, expected) => {
  expect(valueOf(declaration, given)).toEqual(expected);
});

test.each<[string, ParameterDeclaration, string | undefined, string]>([
  ['no value', { Type: 'String' }, undefined, 'Stack site: Parameters: [It] must have values'],
  [
    'a value that is not allowed',
    { Type: 'String', AllowedValues: ['a', 'b'] },
    'c',
    'Parameter \'It\' must be one of AllowedValues (a, b). It is "c".',
  ],
  [
    'a value that does not match the pattern',
    { Type: 'String', AllowedPattern: '[a-z]+' },
    'a1',
    "Parameter 'It' must match pattern [a-z]+",
  ],
  [
    'a pattern that JavaScript does not support',
    { Type: 'String', AllowedPattern: '(?i)a++' },
    'a',
    'cannot be checked here',
  ],
  [
    'a pattern that would take minutes',
    { Type: 'String', AllowedPattern: '(a+)+$' },
    `${'a'.repeat(36)}!`,
    'has a pattern that takes too long to check: (a+)+$',
  ],
  ['a short value', { Type: 'String', MinLength: 2 }, 'a', 'must contain at least 2 characters'],
  ['a long value', { Type: 'String', MaxLength: 2 }, 'abc', 'must contain at most 2 characters'],
  ['a value that is not a number', { Type: 'Number' }, 'many', 'must be a number'],
  ['a small number', { Type: 'List<Number>', MinValue: 2 }, '2,1', 'must be a number not less than 2'],
  ['a large number', { Type: 'Number', MaxValue: 2 }, '3', 'must be a number not greater than 2'],
  [
    'a value, with the description of the constraint',
    { Type: 'Number', MaxValue: 2, ConstraintDescription: 'at most a pair' },
    '3',
    'Parameter It failed to satisfy constraint: at most a pair. It is "3".',
  ],
  ['an unknown type', { Type: 'Strin' }, 'a', 'unknown parameter type Strin'],
  [
    'a value that exists in AWS only',
    { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x/y' },
    undefined,
    'Resources.A.Properties.B: the value of parameter It is /x/y in Systems Manager, which exists in AWS only. Set the value with --parameter site.It=<value>.',
  ],
])('rejects %s', (_, declaration, given, message) => {
  expect(() => valueOf(declaration, given)).toThrowError(
    expect.objectContaining({ code: 'ERR_PARAMETER', message: expect.stringContaining(message) }),
  );
});

test('the message does not contain a NoEcho value', () => {
  const declaration = { Type: 'String', NoEcho: true, MinLength: 9 };
  expect(() => valueOf(declaration, 'hunter2')).toThrowError(
    expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
  );
});

test('rejects a value for an undeclared parameter', () => {
  expect(
    () =>
      new Parameters(
        'site',
        { Resources: {}, Parameters: { A: { Type: 'String', Default: '' } } },
        { B: '1' },
      ),
  ).toThrowError('Parameters: [B] do not exist in the template; it declares: A.');
});
