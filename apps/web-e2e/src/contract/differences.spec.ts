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

test('responses that differ only in ids, addresses and values of the same type are equal', () => {
  const response = ({ siteUrl, config }: Pick<Facts, 'siteUrl' | 'config'>, id: number): WireResponse =>
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
    { response: response(HERE, 1), facts: HERE },
    { response: response(THERE, 2), facts: THERE },
  );
  expect(found).toEqual([]);
});

test('reports a different status, a missing header and a different shape', () => {
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

test('reports a header with a different value', () => {
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

test('ignores a cache hit instead of a miss, but reports an error of the cache', () => {
  const cached = (headers: Record<string, string>) => json({ id: 1 }, { headers });
  const compare = (left: Record<string, string>, right: Record<string, string>) =>
    differences({ response: cached(left), facts: HERE }, { response: cached(right), facts: THERE });
  const miss = { 'x-cache': 'Miss from cloudfront' };
  expect(compare(miss, { 'x-cache': 'Hit from cloudfront', age: '7' })).toEqual([]);
  expect(compare(miss, { 'x-cache': 'Error from cloudfront' })).toEqual([
    'x-cache: {cache} from cloudfront / Error from cloudfront',
  ]);
});
