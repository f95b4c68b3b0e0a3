// Express 5 app with pino-http and the API's token verifier. It sends the same bytes as the API.
import { createServer } from 'node:http';
import express from 'express';
import { authenticate } from '../src/auth/authenticate';
import { createLogger, logRequests } from '../src/http-logger';

const { PORT, TOKEN_ISSUER = '', TOKEN_CLIENT_ID = '', TOKEN_SCOPE = '' } = process.env;
const expected = { issuer: TOKEN_ISSUER, clientId: TOKEN_CLIENT_ID, scope: TOKEN_SCOPE };

let id = 0;
const app = express();
app.disable('x-powered-by').disable('etag');
app.use(logRequests(createLogger('info')));
app.use(authenticate(expected));
app.get('/api/greeting', (_req, res) => {
  id += 1;
  res.set('Cache-Control', 'no-store').json({ id, content: 'Hello, World!' });
});
const server = createServer(app);
server.keepAliveTimeout = 65_000;
server.listen(Number(PORT), '127.0.0.1');
