import { WebError } from '../errors';

/** A field of the configuration that cannot be used, and what it holds; `undefined` when it is missing. */
export interface WrongField {
  field: string;
  value: unknown;
}

/** `/config.json` cannot be used: the message says why, `wrongFields` where. */
export class ConfigurationError extends WebError {
  readonly code = 'ERR_CONFIGURATION';

  constructor(
    message: string,
    readonly wrongFields: readonly WrongField[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
