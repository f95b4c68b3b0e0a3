// Express 5 app with pino-http, as its documentation shows it, and the API's token verifier. It sends the same bytes as the API.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';
import { pino } from 'pino';
import { pinoHttp } from 'pino-http';
import { authenticate } from '../src/auth/authenticate';

const { PORT, TOKEN_ISSUER = '', TOKEN_CLIENT_ID = '', TOKEN_SCOPE = '' } = process.env;

let id = 0;
const app = express();
app.disable('x-powered-by').disable('etag');
app.use(
  pinoHttp({
    logger: pino({ redact: ['req.headers.authorization'] }),
    genReqId(_req, res) {
      const requestId = randomUUID();
      res.setHeader('X-Request-Id', requestId);
      return requestId;
    },
  }),
);
app.use(authenticate({ issuer: TOKEN_ISSUER, clientId: TOKEN_CLIENT_ID, scope: TOKEN_SCOPE }));
app.get('/api/greeting', (_req, res) => {
  id += 1;
  res.set('Cache-Control', 'no-store').json({ id, content: 'Hello, World!' });
});
const server = createServer(app);
server.keepAliveTimeout = 65_000;
server.listen(Number(PORT), '127.0.0.1');
