import { Agent, createServer, request } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

const HEALTH_CHECK_INTERVAL_MS = 50;

/**
 * Runs a small load balancer until the test ends. It sends requests in turn to the targets whose last health check passed, on
 * keep-alive connections, and responds with 502 if a target fails.
 */
export async function serveRoundRobin() {
  const agent = new Agent({ keepAlive: true });
  const targets = new Map<number, boolean>();
  let turn = 0;
  const checkHealth = async (): Promise<void> => {
    for (const port of targets.keys()) {
      const isReady = await fetch(`http://127.0.0.1:${port}/ready`).then(
        async (response) => {
          await response.arrayBuffer();
          return response.ok;
        },
        () => false,
      );
      if (targets.has(port)) targets.set(port, isReady);
    }
  };
  const timer = setInterval(() => void checkHealth(), HEALTH_CHECK_INTERVAL_MS);
  // Without a timeout: on a busy machine, it would close connections on which a request is under way.
  const server = createServer({ keepAliveTimeout: 0 }, (incoming, response) => {
    const ready = [...targets].filter(([, isReady]) => isReady).map(([port]) => port);
    turn += 1;
    const port = ready[turn % ready.length];
    const fail = (reason: string): void => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end(reason);
    };
    if (port === undefined) return fail('no target is ready');
    const { method, url, headers } = incoming;
    const outgoing = request(
      { host: '127.0.0.1', port, method, path: url, headers, agent },
      (targetResponse) => {
        const forwarded = { ...targetResponse.headers };
        delete forwarded.connection;
        response.writeHead(targetResponse.statusCode ?? 502, forwarded);
        targetResponse.on('error', (error) => fail(String(error)));
        targetResponse.pipe(response);
      },
    );
    outgoing.on('error', (error) => fail(String(error)));
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    clearInterval(timer);
    server.close();
    server.closeAllConnections();
    agent.destroy();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Adds a target; it gets requests after its first successful health check. */
    add: (port: number) => void targets.set(port, false),
    remove: (port: number) => void targets.delete(port),
    readyTargets: () => [...targets.values()].filter(Boolean).length,
  };
}
