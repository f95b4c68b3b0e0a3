import { RUNTIME_CONFIG_PATH, RuntimeConfig } from '@spa-on-aws/shared-types';
import { ConfigurationError } from './configuration-error';

/**
 * Fetches what this stage is about, so that one build serves every stage.
 *
 * @throws {ConfigurationError} when the file is missing, unreadable, of another version, or incomplete.
 */
export async function loadRuntimeConfig(request: typeof fetch): Promise<RuntimeConfig> {
  const body = await fetchConfig(request);
  const { data, error } = RuntimeConfig.safeParse(body);
  if (data) return data;

  const fields = new Set(error.issues.map(({ path }) => path[0]));
  if (fields.has(undefined)) throw new ConfigurationError('It holds no JSON object.');
  throw new ConfigurationError(
    fields.has('schemaVersion') ? 'It is for another version of this page.' : 'It cannot be used as it is.',
    [...fields].map(String).map((field) => ({ field, value: (body as Record<string, unknown>)[field] })),
    { cause: error },
  );
}

async function fetchConfig(request: typeof fetch): Promise<unknown> {
  let answer: Response;
  try {
    answer = await request(RUNTIME_CONFIG_PATH, { cache: 'no-store' });
  } catch (cause) {
    throw new ConfigurationError('It could not be fetched: the network or the server is down.', [], {
      cause,
    });
  }
  if (!answer.ok) throw new ConfigurationError(`The server answered ${answer.status} instead.`);
  try {
    return await answer.json();
  } catch (cause) {
    throw new ConfigurationError(`It is not JSON but ${answer.headers.get('content-type')}.`, [], { cause });
  }
}
