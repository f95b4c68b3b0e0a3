// What only people who are signed in see: one file to load, together with sign-in.
export { GreetingsPanel } from '../features/greetings/greetings-panel';
export { HeldTokens } from '../features/session/held-tokens';
export { SessionPanel } from '../features/session/session-panel';
