import { type APIRequestContext, type APIResponse, expect } from '@playwright/test';
import { OPENAPI_PATH } from '@spa-on-aws/shared-types';
import * as z from 'zod';

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

/** Returns a client of the API that compares responses with its OpenAPI description. */
export async function describedApi(request: APIRequestContext, token: string) {
  const call = (method: string, url: string, data?: string, authorization = `Bearer ${token}`) =>
    request.fetch(url, {
      method,
      headers: { authorization, ...(data !== undefined && { 'content-type': 'application/json' }) },
      ...(data !== undefined && { data: Buffer.from(data) }),
    });
  const description = Description.parse(await (await call('GET', OPENAPI_PATH)).json());
  return {
    call,
    paths: Object.keys(description.paths),
    /** Expects the status of a response, and that the description of the operation contains the response. */
    expectDescribed: async (status: number, method: string, path: string, response: APIResponse) => {
      const what = `${method} ${path} ${status}`;
      expect.soft(response.status(), what).toBe(status);
      expect.soft(await undescribed(description, [method, path], response), what).toEqual([]);
    },
  };
}
