export { CognitoUserManager, type CognitoUserManagerSettings } from './cognito-user-manager';
export {
  InsecurePageError,
  NoRefreshTokenError,
  OfflineError,
  RenewalFailedError,
  SignInError,
  StorageBlockedError,
} from './errors';
