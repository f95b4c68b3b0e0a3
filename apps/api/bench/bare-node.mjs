// What node:http answers with no more than it takes: the bytes of the API, and nothing looked at.
import { createServer } from 'node:http';
import { greetingHeaders, listen } from './same-bytes.mjs';

let id = 0;
listen(
  createServer((_request, response) => {
    const body = JSON.stringify({ id: ++id, content: 'Hello, World!' });
    response.writeHead(200, greetingHeaders(body));
    response.end(body);
  }),
);
