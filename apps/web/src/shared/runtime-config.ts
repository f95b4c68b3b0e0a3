import { RUNTIME_CONFIG_PATH, RuntimeConfig } from '@spa-on-aws/shared-types';
import { ConfigurationError } from './errors';
import { errorPageText } from './strings';

/**
 * Fetches and validates `/config.json`, the settings of the stage.
 *
 * @throws {ConfigurationError} when the file is missing, malformed, invalid or for another version of the app
 */
export async function loadRuntimeConfig(request: typeof fetch): Promise<RuntimeConfig> {
  const body = await fetchConfig(request);
  const { data, error } = RuntimeConfig.safeParse(body);
  if (data) return data;

  const fields = new Set(error.issues.map(({ path }) => path[0]));
  if (fields.has(undefined)) throw new ConfigurationError(errorPageText.configNotObject);
  throw new ConfigurationError(
    fields.has('schemaVersion') ? errorPageText.configOtherVersion : errorPageText.configInvalid,
    [...fields].map(String).map((field) => ({ field, value: (body as Record<string, unknown>)[field] })),
    { cause: error },
  );
}

async function fetchConfig(request: typeof fetch): Promise<unknown> {
  let response: Response;
  try {
    response = await request(RUNTIME_CONFIG_PATH, { cache: 'no-store' });
  } catch (cause) {
    throw new ConfigurationError(errorPageText.configUnreachable, [], { cause });
  }
  if (!response.ok) throw new ConfigurationError(errorPageText.configStatus(response.status));
  try {
    return await response.json();
  } catch (cause) {
    const type = response.headers.get('content-type');
    throw new ConfigurationError(errorPageText.configNotJson(type), [], { cause });
  }
}
