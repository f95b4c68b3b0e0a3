// Answers every request with a number that grows, and logs it as JSON with its trace id.
import { createServer } from 'node:http';

let count = 0;

const server = createServer((request, response) => {
  const { url, headers } = request;
  process.stdout.write(
    `${JSON.stringify({ level: 30, msg: 'request', path: url, traceId: headers['x-amzn-trace-id'] })}\n`,
  );
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ id: (count += 1), content: 'Hello, World!' }));
});
server.listen(Number(process.env.PORT), process.env.HOST);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
