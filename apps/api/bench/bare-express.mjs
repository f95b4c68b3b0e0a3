// Express 5 app with one route. It sends the same bytes as the API, without looking at the request.
import { createServer } from 'node:http';
import express from 'express';
import { commonHeaders, listen } from './greeting-response.mjs';

let id = 0;
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get('/api/greeting', (_request, response) => {
  const greeting = { id: ++id, content: 'Hello, World!' };
  response.set(commonHeaders());
  response.json(greeting);
});
listen(createServer(app));
