// A handler of Express 5 as its guide has it, which answers the bytes of the API and looks at nothing.
import { createServer } from 'node:http';
import express from 'express';
import { givenHeaders, listen } from './same-bytes.mjs';

let id = 0;
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get('/api/greeting', (_request, response) => {
  const greeting = { id: ++id, content: 'Hello, World!' };
  response.set(givenHeaders());
  response.json(greeting);
});
listen(createServer(app));
