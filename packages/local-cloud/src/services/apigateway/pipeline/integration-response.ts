import type { Response } from '../../../http/message';
import type { Call } from '../model/call';
import { acceptedCoding, asText, encodeBody, isBinary } from './body';
import { toGatewayHeaders } from './integration-headers';

/** Converts a response of an integration for the client: headers, text or binary, compression. */
export async function toGatewayResponse(
  response: Response,
  call: Call,
  kind: 'streamed' | 'buffered' | 'mapped',
): Promise<Response> {
  const { api, request } = call;
  const { status } = response;
  const edits = toGatewayHeaders(response.headers, call);
  const { headers } = edits;
  let { body } = response;
  let bodyCorrupted = false;
  const hasNoBody = request.method === 'HEAD' || status === 204 || status === 304;
  if (hasNoBody || !Buffer.isBuffer(body)) {
    if (Buffer.isBuffer(body)) body = undefined;
    const length = response.headers.get('content-length');
    if (length !== undefined) headers.set('Content-Length', length);
  } else {
    const { binaryMediaTypes: binary, minimumCompressionBytes: minimum } = api;
    if (
      !isBinary(binary, response.headers.get('content-type')) &&
      !isBinary(binary, request.headers.get('accept'))
    ) {
      const text = asText(body);
      bodyCorrupted = text !== body;
      body = text;
    }
    const coding = acceptedCoding(request.headers);
    const isLarge = minimum !== undefined && body.length >= minimum;
    if (isLarge && coding && !response.headers.has('content-encoding')) {
      body = await encodeBody(body, coding);
      edits.set('Content-Encoding', coding, `MinimumCompressionSize is ${minimum} bytes`);
    }
    edits.set('Content-Length', String(body.length), 'API Gateway counts the bytes itself');
  }
  const data = { status, streamed: kind === 'streamed', bodyCorrupted };
  if (kind !== 'mapped')
    request.trace.add('apigateway', 'integration.responded', data, { headers: edits.changes });
  return { status, headers, body };
}
