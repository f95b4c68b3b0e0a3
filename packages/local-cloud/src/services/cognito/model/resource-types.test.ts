import { expect, test } from 'vitest';
import { cognitoHosts } from './resource-types';
import { sampleStack } from '../testing/template';

const reference = (value: unknown) => ({ Type: 'Test::Reference', Properties: { value } });

function resolve(value: unknown): unknown {
  return sampleStack({ more: { Reference: reference(value) } }).resources.get('Reference')?.properties.value;
}

test('a pool refers to itself as its page in the template reference says', () => {
  const id = resolve({ Ref: 'Pool' });
  expect(resolve({ 'Fn::GetAtt': ['Pool', 'UserPoolId'] })).toBe(id);
  expect(resolve({ 'Fn::GetAtt': ['Pool', 'ProviderName'] })).toBe(
    `cognito-idp.eu-west-1.amazonaws.com/${String(id)}`,
  );
  expect(resolve({ 'Fn::GetAtt': ['Pool', 'ProviderURL'] })).toBe(
    `https://cognito-idp.eu-west-1.amazonaws.com/${String(id)}`,
  );
});

test('domain and resource server are referred to by the names they were given', () => {
  expect(resolve({ Ref: 'Domain' })).toBe('sample');
  expect(resolve({ Ref: 'Server' })).toBe('greetings');
});

test('the service answers for the user pool endpoint of the region and for every domain', () => {
  expect(cognitoHosts(sampleStack())).toEqual([
    'cognito-idp.eu-west-1.amazonaws.com',
    'sample.auth.eu-west-1.amazoncognito.com',
  ]);
  expect(cognitoHosts(sampleStack({ domain: null }))).toEqual(['cognito-idp.eu-west-1.amazonaws.com']);
});
