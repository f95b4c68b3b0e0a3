import { part } from './part';

/** The part of the app for people who are signed in. */
export const signedIn = part(() => import('./signed-in-parts'));
