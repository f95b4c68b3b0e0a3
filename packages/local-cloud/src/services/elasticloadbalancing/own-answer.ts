import { HeaderList } from '../../http/header-list';
import type { Response } from '../../http/message';

const REASONS = {
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
} as const;

/** A page of the load balancer's own, byte for byte as it is known (row AG-LIM-06). */
export function errorPage(status: keyof typeof REASONS): Response {
  const title = `${status} ${REASONS[status]}`;
  const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return ownAnswer(status, page, [['Content-Type', 'text/html']]);
}

/** An answer that no target has a part in. */
export function ownAnswer(
  status: number,
  text: string,
  headers: readonly (readonly [string, string])[],
): Response {
  const body = Buffer.from(text);
  return {
    status,
    headers: new HeaderList([
      ['Server', 'awselb/2.0'],
      ['Date', new Date().toUTCString()],
      ...headers,
      ['Content-Length', String(body.length)],
    ]),
    body,
  };
}
