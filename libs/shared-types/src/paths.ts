/** Where the API answers greetings; everything below `/api/` goes to the API. */
export const GREETING_PATH = '/api/greeting';

/** The greetings of who is signed in. */
export const GREETINGS_PATH = '/api/greetings';

/** Where the API describes itself (OpenAPI 3.1). */
export const OPENAPI_PATH = '/api/openapi.json';

/** Liveness of the API: the process runs. Not reachable from outside. */
export const HEALTH_PATH = '/health';

/** Readiness of the API: it can take requests. Not reachable from outside. */
export const READY_PATH = '/ready';

/** Where the site publishes its {@link RuntimeConfig}. */
export const RUNTIME_CONFIG_PATH = '/config.json';

/** Where sign-in returns to, below the site's origin (OAuth `redirect_uri`). */
export const CALLBACK_PATH = '/callback';

/** Where sign-out returns to, below the site's origin (Cognito `logout_uri`). */
export const SIGNED_OUT_PATH = '/';
