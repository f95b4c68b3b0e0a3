import { once } from 'node:events';
import { createServer, type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { acceptConnections } from './listener';

const accept = async (port = 0) => {
  const accepting = await acceptConnections(port, '--port', 10, (socket) => socket.end('here'));
  onTestFinished(() => accepting.close());
  return accepting;
};

test.each(['127.0.0.1', '::1', 'localhost'])('connections to %s are accepted', async (host) => {
  const { port } = await accept();
  expect(await text(connect(port, host))).toBe('here');
});

test.each(['127.0.0.1', '::1'])(
  'reports a port in use on %s with its flag, and does not keep the other address',
  async (host) => {
    const other = createServer().listen(0, host);
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(accept(port)).rejects.toThrowError(
      `Port ${port} is in use (--port). Stop what listens there, or set LOCAL_CLOUD_PORT to another port, which moves all ports (0 = any free ports).`,
    );
    const free = createServer().listen(port, host === '::1' ? '127.0.0.1' : '::1');
    onTestFinished(() => void free.close());
    await once(free, 'listening');
  },
);
