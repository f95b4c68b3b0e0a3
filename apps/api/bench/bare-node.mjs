// node:http server. It sends the same bytes as the API, without looking at the request.
import { createServer } from 'node:http';
import { greetingHeaders, listen } from './greeting-response.mjs';

let id = 0;
listen(
  createServer((_request, response) => {
    const body = JSON.stringify({ id: ++id, content: 'Hello, World!' });
    response.writeHead(200, greetingHeaders(body));
    response.end(body);
  }),
);
