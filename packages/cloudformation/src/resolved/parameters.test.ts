import { expect, test } from 'vitest';
import { Parameters, type ParameterDeclaration } from './parameters';

function valueOf(declaration: ParameterDeclaration, given?: string): unknown {
  const values = given === undefined ? {} : { It: given };
  return new Parameters('site', { It: declaration }, values).valueOf('It', 'Resources.A.Properties.B');
}

test.each<[string, ParameterDeclaration, string | undefined, unknown]>([
  ['a default', { Type: 'String', Default: 'a' }, undefined, 'a'],
  ['a value that was given', { Type: 'String', Default: 'a' }, 'b', 'b'],
  ['a pattern with needless escapes', { Type: 'String', AllowedPattern: '[a-z]+\\@x' }, 'a@x', 'a@x'],
  ['a number stays text', { Type: 'Number', MinValue: 1, MaxValue: 3 }, '2', '2'],
  ['a list', { Type: 'CommaDelimitedList' }, 'a, b', ['a', 'b']],
  ['a list of ids', { Type: 'List<AWS::EC2::Subnet::Id>' }, 'subnet-1,subnet-2', ['subnet-1', 'subnet-2']],
  ['an id', { Type: 'AWS::EC2::VPC::Id' }, 'vpc-1', 'vpc-1'],
  [
    'the value itself of a name in Systems Manager',
    { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' },
    'ami-1',
    'ami-1',
  ],
])('%s', (_, declaration, given, expected) => {
  expect(valueOf(declaration, given)).toEqual(expected);
});

test.each<[string, ParameterDeclaration, string | undefined, string]>([
  ['no value', { Type: 'String' }, undefined, 'Stack site: Parameters: [It] must have values'],
  [
    'not among the allowed',
    { Type: 'String', AllowedValues: ['a', 'b'] },
    'c',
    'Parameter \'It\' must be one of AllowedValues (a, b). It is "c".',
  ],
  [
    'another pattern',
    { Type: 'String', AllowedPattern: '[a-z]+' },
    'a1',
    "Parameter 'It' must match pattern [a-z]+",
  ],
  ['a pattern of Java’s own', { Type: 'String', AllowedPattern: '(?i)a++' }, 'a', 'cannot be checked here'],
  ['too short', { Type: 'String', MinLength: 2 }, 'a', 'must contain at least 2 characters'],
  ['too long', { Type: 'String', MaxLength: 2 }, 'abc', 'must contain at most 2 characters'],
  ['no number', { Type: 'Number' }, 'many', 'must be a number'],
  ['too small', { Type: 'List<Number>', MinValue: 2 }, '2,1', 'must be a number not less than 2'],
  ['too great', { Type: 'Number', MaxValue: 2 }, '3', 'must be a number not greater than 2'],
  [
    'with words of its own',
    { Type: 'Number', MaxValue: 2, ConstraintDescription: 'at most a pair' },
    '3',
    'Parameter It failed to satisfy constraint: at most a pair. It is "3".',
  ],
  ['an unknown type', { Type: 'Strin' }, 'a', 'there is no parameter type Strin'],
  [
    'a value that only AWS has',
    { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x/y' },
    undefined,
    'Resources.A.Properties.B: the parameter It names /x/y in Systems Manager, which only AWS has. Give the value itself with --parameter site.It=<value>.',
  ],
])('%s is refused', (_, declaration, given, message) => {
  expect(() => valueOf(declaration, given)).toThrowError(
    expect.objectContaining({ code: 'ERR_PARAMETER', message: expect.stringContaining(message) }),
  );
});

test('a secret is not in the message', () => {
  const declaration = { Type: 'String', NoEcho: true, MinLength: 9 };
  expect(() => valueOf(declaration, 'hunter2')).toThrowError(
    expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
  );
});

test('a value for a parameter that is not declared is refused', () => {
  expect(() => new Parameters('site', { A: { Type: 'String', Default: '' } }, { B: '1' })).toThrowError(
    'Parameters: [B] do not exist in the template; it declares: A.',
  );
});
