import { RUNTIME_CONFIG_PATH, RuntimeConfig } from '@spa-on-aws/shared-types';
import { problemText } from '../strings';
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
  if (fields.has(undefined)) throw new ConfigurationError(problemText.configNoObject);
  throw new ConfigurationError(
    fields.has('schemaVersion') ? problemText.configOtherVersion : problemText.configUnusable,
    [...fields].map(String).map((field) => ({ field, value: (body as Record<string, unknown>)[field] })),
    { cause: error },
  );
}

async function fetchConfig(request: typeof fetch): Promise<unknown> {
  let answer: Response;
  try {
    answer = await request(RUNTIME_CONFIG_PATH, { cache: 'no-store' });
  } catch (cause) {
    throw new ConfigurationError(problemText.configUnreachable, [], {
      cause,
    });
  }
  if (!answer.ok) throw new ConfigurationError(problemText.configStatus(answer.status));
  try {
    return await answer.json();
  } catch (cause) {
    throw new ConfigurationError(problemText.configNoJson(answer.headers.get('content-type')), [], { cause });
  }
}
