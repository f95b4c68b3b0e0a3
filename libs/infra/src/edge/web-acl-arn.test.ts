import { expect, test } from 'vitest';
import { webAclArnProblem } from './web-acl-arn';

test('a web ACL for CloudFront is global, in us-east-1', () => {
  expect(webAclArnProblem('arn:aws:wafv2:us-east-1:111122223333:global/webacl/site/1a2b-3c')).toBeUndefined();
});

test.each([
  'arn:aws:wafv2:us-east-1:111122223333:regional/webacl/site/1a2b-3c',
  'arn:aws:wafv2:eu-west-1:111122223333:global/webacl/site/1a2b-3c',
  'site',
])('%s is none', (arn) => {
  expect(webAclArnProblem(arn)).toContain(`'${arn}' is no web ACL for CloudFront`);
});
