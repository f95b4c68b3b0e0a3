import { RUNTIME_CONFIG_PATH } from '@spa-on-aws/shared-types';
import { errorPageText } from './strings';

/** `/config.json` cannot be used. The message says why. */
export class ConfigurationError extends Error {
  readonly code = 'ERR_CONFIGURATION';
}

/**
 * Fetches `/config.json`, the settings of the stage.
 *
 * @throws {ConfigurationError} when the file is missing or not JSON
 */
export async function fetchConfigFile(): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(RUNTIME_CONFIG_PATH, { cache: 'no-store' });
  } catch (cause) {
    throw new ConfigurationError(errorPageText.configUnreachable, { cause });
  }
  if (!response.ok) throw new ConfigurationError(errorPageText.configStatus(response.status));
  try {
    return await response.json();
  } catch (cause) {
    const type = response.headers.get('content-type');
    throw new ConfigurationError(errorPageText.configNotJson(type), { cause });
  }
}
