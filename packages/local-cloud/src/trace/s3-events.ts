/** Events of S3: event name to its data. */
export interface S3Events {}
