import { vi } from 'vitest';

/**
 * Replaces `fetch`.
 *
 * @returns the requests that were sent, such as `GET /api/greeting`
 */
export function fakeFetch(respond: (request: string) => Response | Promise<Response>): string[] {
  const requests: string[] = [];
  vi.stubGlobal('fetch', async (input: string, init?: RequestInit) => {
    const request = `${init?.method ?? 'GET'} ${input.replace(window.location.origin, '')}`;
    if (!init?.signal?.aborted) requests.push(request);
    return respond(request);
  });
  return requests;
}
