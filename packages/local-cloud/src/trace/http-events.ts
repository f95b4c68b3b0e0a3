/** Events of the HTTP listener: event name to its data. */
export interface HttpEvents {
  /** Answers with 500. */
  'request.failed': { message: string };
  'response.broken-off': { message: string };
}
