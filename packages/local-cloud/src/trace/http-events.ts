/** Events of Http: event name to its data. */
export interface HttpEvents {}
