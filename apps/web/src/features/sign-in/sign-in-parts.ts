// One file to load, instead of one for each.
export { AuthGate } from './auth-gate';
export { SessionManager } from './session-manager';
