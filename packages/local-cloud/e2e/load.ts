import { Agent, get } from 'node:http';
import { setTimeout } from 'node:timers/promises';

const INTERVAL_MS = 20;
const TIMEOUT_MS = 40_000;

/** The result of one request: its status, or the error of the connection. */
export type Result = number | Error;

/** Requests that are sent continuously. */
export interface Load {
  /** Results so far. */
  readonly results: readonly Result[];
  /** Stops sending, and waits for the responses in flight. */
  stop(): Promise<void>;
}

/** Sends fifty requests per second, whether or not earlier ones are answered. */
export function startLoad(url: string, token: string): Load {
  const agent = new Agent({ keepAlive: true });
  const results: Result[] = [];
  const inFlight = new Set<Promise<void>>();
  const stopped = new AbortController();
  const sending = (async () => {
    while (!stopped.signal.aborted) {
      const sent = send(url, token, agent).then((result) => {
        results.push(result);
        inFlight.delete(sent);
      });
      inFlight.add(sent);
      await setTimeout(INTERVAL_MS);
    }
  })();
  return {
    results,
    stop: async () => {
      stopped.abort();
      await sending;
      await Promise.all(inFlight);
      agent.destroy();
    },
  };
}

function send(url: string, token: string, agent: Agent): Promise<Result> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}` };
    const request = get(url, { agent, headers, timeout: TIMEOUT_MS }, (response) => {
      response.once('error', resolve);
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    request.once('timeout', () => request.destroy(new Error(`no response within ${TIMEOUT_MS} ms`)));
    request.once('error', resolve);
  });
}
