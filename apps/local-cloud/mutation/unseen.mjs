/** Interpreted properties whose change no single request shows, by resource type and property, with the reason. */
export const UNSEEN = {};
