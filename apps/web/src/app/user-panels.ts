// Panels that only signed-in users see, in one chunk. It is loaded together with sign-in.
export { SavedGreetingsPanel } from '../features/saved-greetings/saved-greetings-panel';
export { SessionPanel } from '../features/session/session-panel';
export { TokensPanel } from '../features/session/tokens-panel';
