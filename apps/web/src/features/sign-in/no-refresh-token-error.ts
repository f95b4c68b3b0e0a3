import { WebError } from '../../shared/errors';

/** The session cannot be renewed: no refresh token is held. */
export class NoRefreshTokenError extends WebError {
  readonly code = 'ERR_NO_REFRESH_TOKEN';

  constructor() {
    super('The session cannot be renewed without a refresh token: log in again.');
  }
}
