import { expect, test } from 'vitest';
import { domainPrefixProblems } from './sign-in-domain';

const problems = (properties: Record<string, unknown>) =>
  domainPrefixProblems({
    Resources: { Domain: { Type: 'AWS::Cognito::UserPoolDomain', Properties: properties } },
  });

const stackUuid = { 'Fn::Select': [0, { 'Fn::Split': ['-', { Ref: 'AWS::StackId' }] }] };

test('a literal prefix keeps the rules of Cognito or is told (CG-AD-07)', () => {
  expect(problems({ Domain: 'greetings' })).toEqual([]);
  expect(problems({ Domain: 'my-aws-app' })).toEqual([expect.stringContaining("contains 'aws'")]);
  expect(problems({ Domain: 'Greetings' })).toEqual([expect.stringContaining('is no domain prefix')]);
});

test('of a prefix that is completed at deployment the literal parts are checked', () => {
  expect(problems({ Domain: { 'Fn::Join': ['', ['spa-dev-', stackUuid]] } })).toEqual([]);
  expect(problems({ Domain: { 'Fn::Join': ['', ['spa-cognito-', stackUuid]] } })).toHaveLength(1);
});

test('a prefix only the deployment knows is left to it', () => {
  expect(problems({ Domain: { Ref: 'Prefix' } })).toEqual([]);
});

test("a domain of one's own is no prefix", () => {
  expect(problems({ Domain: 'auth.aws.example', CustomDomainConfig: { CertificateArn: 'arn' } })).toEqual([]);
});
