import { RuntimeConfig } from '@spa-on-aws/shared-types';
import { ConfigurationError } from './config-file';
import { errorPageText } from './strings';

/**
 * Validates the content of `/config.json`.
 *
 * @throws {ConfigurationError} when it is invalid or for another version of the app
 */
export function parseRuntimeConfig(file: unknown): RuntimeConfig {
  const { data, error } = RuntimeConfig.safeParse(file);
  if (data) return data;

  const fields = [...new Set(error.issues.map(({ path }) => String(path[0] ?? 'file')))];
  const message = fields.includes('schemaVersion')
    ? errorPageText.configOtherVersion
    : errorPageText.configInvalid(fields);
  throw new ConfigurationError(message, { cause: error });
}
