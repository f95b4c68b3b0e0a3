// Sign-in code in one chunk. Signed-out users load it after the page is shown.
export { SessionManager } from './session-manager';
export { SessionProvider } from './session-provider';
