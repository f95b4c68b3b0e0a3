import { expect } from '@playwright/test';
import {
  API_GATEWAY,
  COGNITO,
  compute,
  type Endpoint,
  type Expectation,
  type WireResponse,
} from '@spa-on-aws/local-cloud/contract';
import { exchange } from '../exchange';
import type { Facts } from './facts';
import { SITE } from './site';

/** Responses of every deployment of this repository, local or on AWS. */
export const CONTRACT: readonly Expectation[] = [...SITE, ...API_GATEWAY, ...COGNITO];

/** Returns the URL of an endpoint; `undefined` when the deployment does not have it. */
export function urlOf(endpoint: Endpoint, { deployment, config }: Facts): string | undefined {
  const { siteUrl, apiEndpoint } = deployment;
  return {
    site: siteUrl,
    'site over http': siteUrl.startsWith('https:') ? siteUrl.replace('https:', 'http:') : undefined,
    'execute-api': apiEndpoint,
    'execute-api without a stage': apiEndpoint && new URL(apiEndpoint).origin,
    issuer: config.issuer,
    login: config.cognitoDomain,
  }[endpoint];
}

/** Sends the request of an expectation. */
export function send({ endpoint, ...request }: Expectation, facts: Facts): Promise<WireResponse> {
  const { method = 'GET', target, headers = {}, body } = request;
  return exchange({
    method,
    url: `${urlOf(endpoint, facts)}${compute(target, facts)}`,
    headers: compute(headers, facts),
    ...(body !== undefined && { body: compute(body, facts) }),
  });
}

/** Expects that a response conforms. */
export function expectResponse(expectation: Expectation, facts: Facts, response: WireResponse): void {
  const { status, responseHeaders = {}, responseBody } = expectation;
  const body = responseBody === undefined ? undefined : compute(responseBody, facts);
  const matching = (expected: unknown): unknown =>
    expected instanceof RegExp ? expect.stringMatching(expected) : expected;
  expect([status].flat()).toContain(response.status);
  for (const [name, expected] of Object.entries(compute(responseHeaders, facts))) {
    const found = response.headers[name];
    expect(expected instanceof RegExp ? (found ?? '') : found, name).toEqual(matching(expected));
  }
  const text = response.body.toString();
  if (typeof body === 'object' && 'json' in body) expect(JSON.parse(text)).toEqual(body.json);
  else if (body !== undefined) expect(text).toEqual(matching(body));
}
