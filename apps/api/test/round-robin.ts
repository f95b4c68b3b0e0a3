import { Agent, createServer, request } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

const CHECK_INTERVAL_MS = 50;

/**
 * A load balancer as small as can be, until the test is over: requests go to the targets in turn that were ready when last
 * asked, on connections that are kept. What cannot be brought there or back is answered with 502.
 */
export async function serveRoundRobin() {
  const agent = new Agent({ keepAlive: true });
  const targets = new Map<number, boolean>();
  let turn = 0;
  const check = async (): Promise<void> => {
    for (const port of targets.keys()) {
      const isReady = await fetch(`http://127.0.0.1:${port}/ready`).then(
        async (answer) => {
          await answer.arrayBuffer();
          return answer.ok;
        },
        () => false,
      );
      if (targets.has(port)) targets.set(port, isReady);
    }
  };
  const checking = setInterval(() => void check(), CHECK_INTERVAL_MS);
  const server = createServer((incoming, answer) => {
    const ready = [...targets].filter(([, isReady]) => isReady).map(([port]) => port);
    turn += 1;
    const port = ready[turn % ready.length];
    const fail = (why: string): void => {
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502).end(why);
    };
    if (port === undefined) return fail('no target is ready');
    const { method, url, headers } = incoming;
    const outgoing = request(
      { host: '127.0.0.1', port, method, path: url, headers, agent },
      (incomingAnswer) => {
        const kept = { ...incomingAnswer.headers };
        delete kept.connection;
        answer.writeHead(incomingAnswer.statusCode ?? 502, kept);
        incomingAnswer.on('error', (error) => fail(String(error)));
        incomingAnswer.pipe(answer);
      },
    );
    outgoing.on('error', (error) => fail(String(error)));
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    clearInterval(checking);
    server.close();
    server.closeAllConnections();
    agent.destroy();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Asks this port, too, once it is ready. */
    add: (port: number) => void targets.set(port, false),
    remove: (port: number) => void targets.delete(port),
    readyTargets: () => [...targets.values()].filter(Boolean).length,
  };
}
