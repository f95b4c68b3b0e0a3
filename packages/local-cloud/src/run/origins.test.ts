import { expect, test } from 'vitest';
import { Origins } from './stacks';

const origins = new Origins();
origins.add('d1.cloudfront.net', 'http://localhost:4300');
origins.add('cognito-idp.eu-west-1.amazonaws.com', 'http://localhost:4301');

test('localize replaces the origin of a URL', () => {
  expect(origins.localize('https://d1.cloudfront.net/callback?a=b')).toBe(
    'http://localhost:4300/callback?a=b',
  );
});

test('localize replaces every known origin in a text', () => {
  const csp =
    "connect-src 'self' https://cognito-idp.eu-west-1.amazonaws.com https://d1.cloudfront.net; base-uri 'none'";
  expect(origins.localize(csp)).toBe(
    "connect-src 'self' http://localhost:4301 http://localhost:4300; base-uri 'none'",
  );
});

test.each([
  'https://d1.cloudfront.net.evil.example/',
  'https://xd1.cloudfront.net/',
  'd1.cloudfront.net',
  'http://d1.cloudfront.net/',
])('localize does not change %s', (text) => {
  expect(origins.localize(text)).toBe(text);
});
