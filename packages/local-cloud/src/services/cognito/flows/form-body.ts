import type { IncomingMessage } from 'node:http';
import { UnreadableFormError } from '../errors';

const LIMIT_BYTES = 16 * 1024;

/**
 * Reads a form as a browser sends it.
 *
 * @throws UnreadableFormError when it is something else (415), too large (413), or breaks off (400)
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw new UnreadableFormError(415, 'The login page takes forms only.');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length;
      if (size > LIMIT_BYTES)
        throw new UnreadableFormError(413, `The form is larger than ${LIMIT_BYTES} bytes.`);
      chunks.push(chunk as Buffer);
    }
  } catch (cause) {
    if (cause instanceof UnreadableFormError) throw cause;
    throw new UnreadableFormError(400, 'The form broke off.');
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
