// The baseline: a server of `node:http` alone, which returns the content that its parent process sent for each path.
import { createServer } from 'node:http';

process.once('message', (responses) => {
  const prepared = new Map(
    Object.entries(responses).map(([path, { type, base64 }]) => [
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
