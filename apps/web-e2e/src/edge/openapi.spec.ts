import { GREETING_PATH, GREETINGS_PATH, OPENAPI_PATH, READY_PATH } from '@spa-on-aws/shared-types';
import * as z from 'zod';
import type { APIResponse } from '@playwright/test';
import { expect, test } from '../fixtures';

const ResponseObject = z.object({
  headers: z.record(z.string(), z.object({ required: z.boolean().optional() })).optional(),
  content: z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) })).optional(),
});

const Description = z.object({
  openapi: z.string().startsWith('3.1.'),
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ responses: z.record(z.string(), ResponseObject) })),
  ),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});
type Description = z.output<typeof Description>;

/** Lists the parts of a response that the OpenAPI description does not contain. */
async function undescribed(
  { paths, components }: Description,
  [method, path]: readonly [method: string, path: string],
  actual: APIResponse,
): Promise<string[]> {
  const [status, headers, body] = [actual.status(), actual.headers(), await actual.text()];
  const response = paths[path]?.[method.toLowerCase()]?.responses[status];
  if (response === undefined) return [`${method} ${path} has no description of ${status}`];
  const missing = Object.entries(response.headers ?? {})
    .filter(([name, { required }]) => required === true && headers[remapped(name)] === undefined)
    .map(([name]) => `${name} is missing`);
  if (response.content === undefined) return body !== '' ? [...missing, 'it has a body'] : missing;
  const type = headers['content-type']?.split(';')[0] ?? '';
  const media = response.content[type];
  if (media === undefined) return [...missing, `its media type is ${type}`];
  const schema = JSON.parse(
    JSON.stringify({ ...media.schema, $defs: components.schemas }).replaceAll(
      '#/components/schemas/',
      '#/$defs/',
    ),
  ) as Parameters<typeof z.fromJSONSchema>[0];
  const { error } = z.fromJSONSchema(schema).safeParse(JSON.parse(body));
  return error === undefined ? missing : [...missing, z.prettifyError(error)];
}

/** Returns the name under which API Gateway forwards a header (AG-HD-00). */
const remapped = (name: string): string =>
  name.toLowerCase() === 'www-authenticate' ? 'x-amzn-remapped-www-authenticate' : name.toLowerCase();

test('responses through the site match the OpenAPI description', async ({ request, tokens }) => {
  const token = tokens.access_token;
  const call = (method: string, url: string, data?: string, authorization = `Bearer ${token}`) =>
    request.fetch(url, {
      method,
      headers: { authorization, ...(data !== undefined && { 'content-type': 'application/json' }) },
      ...(data !== undefined && { data: Buffer.from(data) }),
    });
  const described = await call('GET', OPENAPI_PATH);
  expect(described.status()).toBe(200);
  const description = Description.parse(await described.json());
  expect(Object.keys(description.paths)).toEqual(
    expect.arrayContaining([GREETING_PATH, GREETINGS_PATH, `${GREETINGS_PATH}/{id}`, OPENAPI_PATH]),
  );
  const made = await call('POST', GREETINGS_PATH, '{"name":"Ada"}');
  const { id } = z.object({ id: z.int() }).parse(await made.json());
  const responses = [
    [200, ['GET', OPENAPI_PATH], described],
    [201, ['POST', GREETINGS_PATH], made],
    [200, ['GET', GREETING_PATH], await call('GET', `${GREETING_PATH}?name=Ada`)],
    [400, ['GET', GREETING_PATH], await call('GET', `${GREETING_PATH}?unknown=Ada`)],
    // API Gateway accepts a token without its scheme (AG-AU-07), so the API rejects it.
    [401, ['GET', GREETING_PATH], await call('GET', GREETING_PATH, undefined, token)],
    [200, ['GET', GREETINGS_PATH], await call('GET', `${GREETINGS_PATH}?limit=1`)],
    [400, ['GET', GREETINGS_PATH], await call('GET', `${GREETINGS_PATH}?limit=0`)],
    [400, ['POST', GREETINGS_PATH], await call('POST', GREETINGS_PATH, '{"name":')],
    [413, ['POST', GREETINGS_PATH], await call('POST', GREETINGS_PATH, `{"name":"${'x'.repeat(20_000)}"}`)],
    [204, ['DELETE', `${GREETINGS_PATH}/{id}`], await call('DELETE', `${GREETINGS_PATH}/${id}`)],
    [404, ['DELETE', `${GREETINGS_PATH}/{id}`], await call('DELETE', `${GREETINGS_PATH}/${id}`)],
  ] as const;
  for (const [status, operation, response] of responses) {
    expect.soft(response.status(), operation.join(' ')).toBe(status);
    expect
      .soft(await undescribed(description, operation, response), `${operation.join(' ')} ${status}`)
      .toEqual([]);
  }
});

test('health endpoints are not reachable through the site', async ({ request }) => {
  // Only the load balancer calls them.
  const response = await request.get(READY_PATH);
  expect(response.headers()['content-type']).toContain('text/html');
});
