// Fastify app with one route. It sends the same bytes as the API, without looking at the request.
import fastify from 'fastify';
import { commonHeaders } from './greeting-response.mjs';

let id = 0;
const app = fastify({ keepAliveTimeout: 65_000 });
app.get('/api/greeting', (_request, reply) => {
  reply.headers(commonHeaders()).send({ id: ++id, content: 'Hello, World!' });
});
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
