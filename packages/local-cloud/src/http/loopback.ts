import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { PortInUseError } from '../errors';

const IPV4 = '127.0.0.1';
/** `localhost` may resolve to it too, if the machine has it. */
const IPV6 = '::1';
const MISSING_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);
const MAX_ATTEMPTS = 20;

interface AcceptingPort {
  readonly port: number;
  close(): void;
}

/**
 * Accepts connections from this machine on its IPv4 and IPv6 loopback addresses.
 *
 * @param port 0 = any port that is free on both addresses
 * @param flag that sets the port, for the message when it is in use
 * @throws PortInUseError
 */
export async function acceptConnections(
  port: number,
  flag: string,
  maxConnections: number,
  onConnection: (socket: Socket) => void,
): Promise<AcceptingPort> {
  for (let attempt = 1; ; attempt++) {
    const first = await listening(port, IPV4, onConnection).catch(nameInUse(port, flag));
    const { port: chosen } = first.address() as AddressInfo;
    const second = await listening(chosen, IPV6, onConnection).catch((error: NodeJS.ErrnoException) => error);
    if (second instanceof Error) {
      if (MISSING_ADDRESS.has(second.code ?? '')) return accepting(chosen, maxConnections, [first]);
      first.close();
      if (port === 0 && second.code === 'EADDRINUSE' && attempt < MAX_ATTEMPTS) continue;
      return nameInUse(port, flag)(second);
    }
    return accepting(chosen, maxConnections, [first, second]);
  }
}

function accepting(port: number, maxConnections: number, servers: readonly Server[]): AcceptingPort {
  for (const server of servers) server.maxConnections = maxConnections;
  return { port, close: () => servers.forEach((server) => server.close()) };
}

function nameInUse(port: number, flag: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw error.code === 'EADDRINUSE' ? new PortInUseError(port, flag, error) : error;
  };
}

function listening(port: number, host: string, onConnection: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true }, onConnection);
    server.once('error', reject);
    server.listen({ port, host, ipv6Only: true }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}
