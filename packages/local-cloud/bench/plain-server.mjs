// A yardstick: a server of nothing but node:http, which answers a path with the bytes that its parent sent for it.
import { createServer } from 'node:http';

process.once('message', (answers) => {
  const prepared = new Map(
    Object.entries(answers).map(([path, { type, base64 }]) => [
      path,
      { type, body: Buffer.from(base64, 'base64') },
    ]),
  );
  const server = createServer((request, response) => {
    const { type, body } = prepared.get(request.url) ?? { type: 'text/plain', body: undefined };
    response
      .writeHead(body ? 200 : 404, { 'content-type': type, 'content-length': body?.length ?? 0 })
      .end(body);
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
});
process.once('disconnect', () => process.exit());
