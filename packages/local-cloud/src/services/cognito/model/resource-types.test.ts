import { expect, test } from 'vitest';
import { cognitoHosts } from './user-pool';
import { sampleStack } from '../testing/template';

const reference = (value: unknown) => ({ Type: 'Test::Reference', Properties: { value } });

function resolve(value: unknown): unknown {
  return sampleStack({ more: { Reference: reference(value) } }).resources.get('Reference')?.properties.value;
}

test('a user pool has the return values of CloudFormation', () => {
  const id = resolve({ Ref: 'Pool' });
  expect(resolve({ 'Fn::GetAtt': ['Pool', 'UserPoolId'] })).toBe(id);
  expect(resolve({ 'Fn::GetAtt': ['Pool', 'ProviderName'] })).toBe(
    `cognito-idp.eu-west-1.amazonaws.com/${String(id)}`,
  );
  expect(resolve({ 'Fn::GetAtt': ['Pool', 'ProviderURL'] })).toBe(
    `https://cognito-idp.eu-west-1.amazonaws.com/${String(id)}`,
  );
});

test('Ref of a domain and of a resource server is its name', () => {
  expect(resolve({ Ref: 'Domain' })).toBe('sample');
  expect(resolve({ Ref: 'Server' })).toBe('greetings');
});

test('cognitoHosts lists the user pool endpoint of the region and every domain', () => {
  expect(cognitoHosts(sampleStack())).toEqual([
    'cognito-idp.eu-west-1.amazonaws.com',
    'sample.auth.eu-west-1.amazoncognito.com',
  ]);
  expect(cognitoHosts(sampleStack({ domain: null }))).toEqual(['cognito-idp.eu-west-1.amazonaws.com']);
});
