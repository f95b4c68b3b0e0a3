import { HeaderList } from '../../../http/header-list';
import type { Response } from '../../../http/message';
import type { BackendRequest } from '../../../http/backend';
import type { ListenerAction } from '../model/listener-action';
import type { Listener } from '../model/load-balancer';

const TITLES = {
  301: 'Moved Permanently',
  302: 'Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
} as const;

/** Responds with the load balancer's own error page, byte for byte as on AWS (row AG-LIM-06). */
export function errorPage(status: 500 | 502 | 503 | 504): Response {
  return ownResponse(status, page(status), [['Content-Type', 'text/html']]);
}

/** Responds with a listener's fixed response or redirect. */
export function actionResponse(
  action: Exclude<ListenerAction, { type: 'forward' }>,
  { port, protocol }: Listener,
  request: BackendRequest,
): Response {
  if (action.type === 'fixed-response')
    return ownResponse(action.status, action.body, [['Content-Type', action.contentType]]);
  const [path = '', query = ''] = request.target.split(/\?(.*)/s);
  const [host = '', hostPort = String(port)] = (request.headers.get('host') ?? '').split(':');
  const values: Record<string, string> = {
    protocol: protocol.toUpperCase(),
    host,
    port: hostPort,
    path: path.slice(1),
    query,
  };
  const fill = (text: string): string =>
    text.replace(/#\{(protocol|host|port|path|query)\}/g, (_, name: string) => values[name] ?? '');
  const { location } = action;
  const filledQuery = fill(location.query);
  const url = `${fill(location.protocol).toLowerCase()}://${fill(location.host)}:${fill(location.port)}${fill(location.path)}${filledQuery === '' ? '' : `?${filledQuery}`}`;
  return ownResponse(action.status, page(action.status), [
    ['Content-Type', 'text/html'],
    ['Location', url],
  ]);
}

function page(status: keyof typeof TITLES): string {
  const title = `${status} ${TITLES[status]}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}

function ownResponse(
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
