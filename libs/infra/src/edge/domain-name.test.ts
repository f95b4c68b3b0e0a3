import { expect, test } from 'vitest';
import { certificateArnProblem, domainNameProblem, hostedZoneIdProblem, zoneProblem } from './domain-name';

test.each(['example.com', 'app.example.com', 'xn--bcher-kva.example'])('%s is a domain name', (name) => {
  expect(domainNameProblem(name)).toBeUndefined();
});

test.each([
  'localhost',
  'App.example.com',
  'https://example.com',
  'example.com/',
  '*.example.com',
  'a..b',
  '-a.example',
  '',
])('%j is no domain name', (name) => {
  expect(domainNameProblem(name)).toContain(`'${name}' is no domain name`);
});

test('a zone holds its own name and what ends in it after a dot', () => {
  expect(zoneProblem('example.com', 'example.com')).toBeUndefined();
  expect(zoneProblem('app.example.com', 'example.com')).toBeUndefined();
  expect(zoneProblem('notexample.com', 'example.com')).toContain(
    "'example.com' does not hold 'notexample.com'",
  );
});

test.each(['/hostedzone/Z123456', 'z123456', ''])('%j is no id of a hosted zone', (id) => {
  expect(hostedZoneIdProblem(id)).toContain(`'${id}' is no id of a hosted zone`);
  expect(hostedZoneIdProblem('Z0123456789ABCDEFGHIJ')).toBeUndefined();
});

test('a certificate has to be where CloudFront looks for it', () => {
  const arn = (region: string) => `arn:aws:acm:${region}:111122223333:certificate/1a2b-3c`;
  expect(certificateArnProblem(arn('us-east-1'))).toBeUndefined();
  expect(certificateArnProblem(arn('eu-west-1'))).toContain('is in eu-west-1, and CloudFront takes');
  expect(certificateArnProblem('arn:aws:iam::111122223333:role/x')).toContain('is no ARN of a certificate');
});
