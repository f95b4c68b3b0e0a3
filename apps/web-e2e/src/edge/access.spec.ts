import { API_OPERATIONS, Problem, PROBLEM_CONTENT_TYPE } from '@spa-on-aws/shared-types';
import { expect, test } from '../fixtures';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

for (const { id, method, path, access } of API_OPERATIONS) {
  const url = path.replace(/\{\w+\}/g, String(Number.MAX_SAFE_INTEGER));
  const group = typeof access === 'object' ? access.group : undefined;

  test(`${id} without a token: ${access === 'public' ? 'allowed' : 'rejected with 401'}`, async ({
    request,
    deployment: { siteUrl, apiEndpoint },
  }) => {
    for (const endpoint of [siteUrl, apiEndpoint].filter((one) => one !== undefined)) {
      const response = await request.fetch(endpoint + url, { method });
      if (access === 'public') expect([401, 403]).not.toContain(response.status());
      else expect([response.status(), await response.text()]).toEqual([401, '{"message":"Unauthorized"}']);
    }
  });

  test(`${id} as a user outside groups: ${group === undefined ? 'allowed' : 'rejected with 403'}`, async ({
    request,
    tokens,
    deployment: { siteUrl, apiEndpoint, backendUrl },
  }) => {
    for (const endpoint of [siteUrl, apiEndpoint, backendUrl].filter((one) => one !== undefined)) {
      const response = await request.fetch(endpoint + url, { method, headers: bearer(tokens.access_token) });
      if (group === undefined) {
        expect([401, 403]).not.toContain(response.status());
        continue;
      }
      expect(response.status()).toBe(403);
      expect(response.headers()['content-type']).toBe(PROBLEM_CONTENT_TYPE);
      const { title, detail } = Problem.parse(await response.json());
      expect([title, detail]).toEqual(['Forbidden', expect.stringContaining(group)]);
    }
  });
}
