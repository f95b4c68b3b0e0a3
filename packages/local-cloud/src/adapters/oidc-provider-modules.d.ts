/**
 * Modules of oidc-provider imported by path: its main entry prints a warning at every start under Node 20, and the
 * warning cannot be turned off.
 */
declare module 'oidc-provider/lib/provider.js' {
  export { Provider } from 'oidc-provider';
}

declare module 'oidc-provider/lib/helpers/errors.js' {
  import { errors } from 'oidc-provider';

  export class InvalidClient extends errors.InvalidClient {}
  export class InvalidClientAuth extends errors.InvalidClientAuth {}
  export class InvalidGrant extends errors.InvalidGrant {}
  export class InvalidRedirectUri extends errors.InvalidRedirectUri {}
  export class InvalidRequest extends errors.InvalidRequest {}
  export class InvalidScope extends errors.InvalidScope {}
}

declare module 'oidc-provider/lib/helpers/interaction_policy/index.js' {
  import { interactionPolicy } from 'oidc-provider';

  export class Check extends interactionPolicy.Check {}
  export const base: typeof interactionPolicy.base;
}
