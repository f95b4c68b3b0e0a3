import { GREETING_PATH, GREETINGS_PATH, OPENAPI_PATH, READY_PATH } from '@spa-on-aws/shared-types';
import * as z from 'zod';
import { exchange, type WireResponse } from '../exchange';
import { expect, test } from '../fixtures';
import { SignedInPerson } from '../signed-in-person';

const Answer = z.object({
  headers: z.record(z.string(), z.object({ required: z.boolean().optional() })).optional(),
  content: z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) })).optional(),
});

const Description = z.object({
  openapi: z.string().startsWith('3.1.'),
  paths: z.record(z.string(), z.record(z.string(), z.object({ responses: z.record(z.string(), Answer) }))),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});
type Description = z.output<typeof Description>;

/** What of an answer the description does not have, a sentence each; empty when it has all of it. */
function undescribed(
  { paths, components }: Description,
  [method, path]: readonly [method: string, path: string],
  { status, headers, body }: WireResponse,
): string[] {
  const answer = paths[path]?.[method.toLowerCase()]?.responses[status];
  if (answer === undefined) return [`${method} ${path} is not described to answer ${status}`];
  const missing = Object.entries(answer.headers ?? {})
    .filter(([name, { required }]) => required === true && headers[remapped(name)] === undefined)
    .map(([name]) => `${name} is missing`);
  if (answer.content === undefined) return body.length > 0 ? [...missing, 'it has a body'] : missing;
  const type = headers['content-type']?.split(';')[0] ?? '';
  const media = answer.content[type];
  if (media === undefined) return [...missing, `its media type is ${type}`];
  const schema = JSON.parse(
    JSON.stringify({ ...media.schema, $defs: components.schemas }).replaceAll(
      '#/components/schemas/',
      '#/$defs/',
    ),
  ) as Parameters<typeof z.fromJSONSchema>[0];
  const { error } = z.fromJSONSchema(schema).safeParse(JSON.parse(body.toString()));
  return error === undefined ? missing : [...missing, z.prettifyError(error)];
}

/** API Gateway gives this header of a backend another name (AG-HD-00). */
const remapped = (name: string): string =>
  name.toLowerCase() === 'www-authenticate' ? 'x-amzn-remapped-www-authenticate' : name.toLowerCase();

test('through the site, the API answers as its description says', async ({ deployment, browser }) => {
  const person = await SignedInPerson.signIn(browser, deployment, deployment.account);
  const { access_token: token } = await person.tokens();
  await person.close();
  const ask = (method: string, target: string, body?: string, authorization = `Bearer ${token}`) =>
    exchange({
      method,
      origin: deployment.siteUrl,
      target,
      headers: {
        authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    });
  const described = await ask('GET', OPENAPI_PATH);
  expect(described.status).toBe(200);
  const description = Description.parse(JSON.parse(described.body.toString()));
  expect(Object.keys(description.paths)).toEqual(
    expect.arrayContaining([GREETING_PATH, GREETINGS_PATH, `${GREETINGS_PATH}/{id}`, OPENAPI_PATH]),
  );
  const made = await ask('POST', GREETINGS_PATH, '{"name":"Ada"}');
  const { id } = z.object({ id: z.int() }).parse(JSON.parse(made.body.toString()));
  const answers = [
    [200, ['GET', OPENAPI_PATH], described],
    [201, ['POST', GREETINGS_PATH], made],
    [200, ['GET', GREETING_PATH], await ask('GET', `${GREETING_PATH}?name=Ada`)],
    [400, ['GET', GREETING_PATH], await ask('GET', `${GREETING_PATH}?nobody=Ada`)],
    // API Gateway lets a token without its scheme pass (AG-AU-07), so it is the API that refuses.
    [401, ['GET', GREETING_PATH], await ask('GET', GREETING_PATH, undefined, token)],
    [200, ['GET', GREETINGS_PATH], await ask('GET', `${GREETINGS_PATH}?limit=1`)],
    [400, ['GET', GREETINGS_PATH], await ask('GET', `${GREETINGS_PATH}?limit=0`)],
    [400, ['POST', GREETINGS_PATH], await ask('POST', GREETINGS_PATH, '{"name":')],
    [413, ['POST', GREETINGS_PATH], await ask('POST', GREETINGS_PATH, `{"name":"${'x'.repeat(20_000)}"}`)],
    [204, ['DELETE', `${GREETINGS_PATH}/{id}`], await ask('DELETE', `${GREETINGS_PATH}/${id}`)],
    [404, ['DELETE', `${GREETINGS_PATH}/{id}`], await ask('DELETE', `${GREETINGS_PATH}/${id}`)],
  ] as const;
  for (const [status, operation, answer] of answers) {
    expect.soft(answer.status, operation.join(' ')).toBe(status);
    expect.soft(undescribed(description, operation, answer), `${operation.join(' ')} ${status}`).toEqual([]);
  }
});

test('what is described as open is not behind the site', async ({ request }) => {
  // Health is between the load balancer and the container.
  const answer = await request.get(READY_PATH);
  expect(answer.headers()['content-type']).toContain('text/html');
});
