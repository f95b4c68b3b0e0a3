import { expect, test } from '@playwright/test';
import { differences } from './differences';
import type { WireResponse } from '../exchange';
import type { Facts } from './expectation';

function facts(site: string): Pick<Facts, 'siteUrl' | 'config'> {
  return {
    siteUrl: site,
    config: {
      schemaVersion: 1,
      issuer: `${site}/issuer`,
      cognitoDomain: `${site}/login`,
      clientId: 'client-of-' + new URL(site).hostname.replaceAll('.', '-'),
      scopes: ['openid'],
    },
  };
}

const HERE = facts('http://localhost:4300');
const THERE = facts('https://d111.cloudfront.net');

function json(value: unknown, change: Partial<WireResponse> = {}): WireResponse {
  const headers = { 'content-type': 'application/json' };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(value)), ...change };
}

test('answers that differ in ids, addresses and values of the same type are the same', () => {
  const answer = ({ siteUrl, config }: Pick<Facts, 'siteUrl' | 'config'>, id: number): WireResponse =>
    json(
      { id },
      {
        headers: {
          'content-type': 'application/json',
          location: `${siteUrl}/?client=${config.clientId}`,
          date: String(id),
        },
      },
    );
  const found = differences(
    { response: answer(HERE, 1), facts: HERE },
    { response: answer(THERE, 2), facts: THERE },
  );
  expect(found).toEqual([]);
});

test('another status, a header that is missing and another shape are each told', () => {
  const found = differences(
    { response: json({ message: 'no' }, { status: 401 }), facts: HERE },
    {
      response: json(
        { Message: 'no' },
        { status: 403, headers: { 'content-type': 'application/json', 'www-authenticate': 'Bearer' } },
      ),
      facts: THERE,
    },
  );
  expect(found).toEqual([
    'status 401 / 403',
    'www-authenticate: absent / Bearer',
    'body {"message":"string"} / {"Message":"string"}',
  ]);
});

test('a header with another value is told', () => {
  const found = differences(
    {
      response: json({}, { headers: { 'content-type': 'application/json', server: 'CloudFront' } }),
      facts: HERE,
    },
    {
      response: json({}, { headers: { 'content-type': 'application/json', server: 'AmazonS3' } }),
      facts: THERE,
    },
  );
  expect(found).toEqual(['server: CloudFront / AmazonS3']);
});

test('a cache that was asked before is no difference, an error is', () => {
  const cached = (headers: Record<string, string>) => json({ id: 1 }, { headers });
  const compare = (left: Record<string, string>, right: Record<string, string>) =>
    differences({ response: cached(left), facts: HERE }, { response: cached(right), facts: THERE });
  const miss = { 'x-cache': 'Miss from cloudfront' };
  expect(compare(miss, { 'x-cache': 'Hit from cloudfront', age: '7' })).toEqual([]);
  expect(compare(miss, { 'x-cache': 'Error from cloudfront' })).toEqual([
    'x-cache: {cache} from cloudfront / Error from cloudfront',
  ]);
});
