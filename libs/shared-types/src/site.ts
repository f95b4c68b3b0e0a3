// Constants of the site, in a module without schemas: the SPA loads zod only after its first paint.

/** Path of the published `RuntimeConfig`. */
export const RUNTIME_CONFIG_PATH = '/config.json';

/** Path of the OAuth `redirect_uri`: Cognito returns to it after login. */
export const CALLBACK_PATH = '/callback';

/** Path of Cognito's `logout_uri`: Cognito returns to it after logout. */
export const SIGNED_OUT_PATH = '/';

/** Cognito group whose members may read the statistics. */
export const ADMIN_GROUP = 'admins';
