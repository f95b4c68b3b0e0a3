import { Agent, get } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { Greeting, GREETING_PATH } from '@spa-on-aws/shared-types';

const EVERY_MS = 20;
const PATIENCE_MS = 40_000;

/** What became of one request: its status and the greeting's id, or what went wrong with the connection. */
export interface Outcome {
  readonly status: number | 'no answer';
  readonly id?: number;
  readonly error?: string;
}

/** Somebody who asks for greetings all the time. */
export interface Load {
  /** What became of the requests so far. */
  readonly outcomes: readonly Outcome[];
  /** Stops asking, and waits for what was asked. */
  stop(): Promise<void>;
}

/** Asks for a greeting fifty times a second, whether or not those before are answered. */
export function startLoad(siteUrl: string, token: string): Load {
  const agent = new Agent({ keepAlive: true });
  const outcomes: Outcome[] = [];
  const underWay = new Set<Promise<void>>();
  const stopped = new AbortController();
  const ask = (): void => {
    const asked = askOnce(`${siteUrl}${GREETING_PATH}`, token, agent).then((outcome) => {
      outcomes.push(outcome);
      underWay.delete(asked);
    });
    underWay.add(asked);
  };
  const asking = (async () => {
    while (!stopped.signal.aborted) {
      ask();
      await setTimeout(EVERY_MS);
    }
  })();
  return {
    outcomes,
    stop: async () => {
      stopped.abort();
      await asking;
      await Promise.all(underWay);
      agent.destroy();
    },
  };
}

function askOnce(url: string, token: string, agent: Agent): Promise<Outcome> {
  return new Promise((resolve) => {
    const failed = (error: Error): void => resolve({ status: 'no answer', error: error.message });
    const request = get(
      url,
      { agent, headers: { authorization: `Bearer ${token}` }, timeout: PATIENCE_MS },
      (answer) => {
        let body = '';
        answer.on('data', (chunk) => (body += String(chunk)));
        answer.once('error', failed);
        answer.once('end', () => {
          const status = answer.statusCode ?? 0;
          resolve(status === 200 ? { status, id: Greeting.parse(JSON.parse(body)).id } : { status });
        });
      },
    );
    request.once('timeout', () => request.destroy(new Error(`not answered within ${PATIENCE_MS} ms`)));
    request.once('error', failed);
  });
}
