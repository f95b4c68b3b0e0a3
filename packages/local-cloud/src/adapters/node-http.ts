import type { Duplex } from 'node:stream';

/** Returns whether the headers of a response were sent on the connection: more bytes would become a part of that response. */
export function hasStartedResponse(connection: Duplex): boolean {
  // Node has no public way from a connection to its response; `clientError` passes the connection only.
  const { _httpMessage: response } = connection as {
    _httpMessage?: { readonly headersSent: boolean } | null;
  };
  return response?.headersSent === true;
}
