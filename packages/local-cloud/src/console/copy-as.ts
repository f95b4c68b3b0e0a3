import type { HeaderField, MessageView } from './message-view';
import type { RequestView } from './request-view';

type Copied = Pick<RequestView, 'method' | 'path' | 'queryNames' | 'origin'> & {
  readonly request: MessageView;
};

/** Headers that the program sets itself, or that only a browser may send. */
const AUTOMATIC =
  /^(?:accept-encoding|connection|content-length|cookie|expect|host|keep-alive|origin|referer|sec-.*|te|trailer|transfer-encoding|upgrade.*|user-agent)$/i;

/** Returns a command that sends a request again. It reads values that the console hides from variables of the shell. */
export function asCurl(request: Copied): string {
  const { method, request: message } = request;
  const body = message.body?.text;
  const parts = [
    `curl ${method === 'GET' ? '' : method === 'HEAD' ? '--head ' : `-X ${method} `}${quoted(urlOf(request))}`,
    ...sentHeaders(message.headers).map(([name, value]) =>
      isHidden(value)
        ? `-H "${name}: ${schemeOf(value)}$${variableOf(name)}"`
        : `-H ${quoted(`${name}: ${value}`)}`,
    ),
    ...(body === undefined ? [] : [`--data-raw ${quoted(body)}`]),
  ];
  return parts.join(' \\\n  ');
}

/** Returns JavaScript that sends a request again. It reads values that the console hides from variables. */
export function asFetch(request: Copied): string {
  const { method, request: message } = request;
  const headers = sentHeaders(message.headers).map(([name, value]) => {
    const text = isHidden(value) ? `\`${schemeOf(value)}\${${variableOf(name)}}\`` : JSON.stringify(value);
    return `    ${JSON.stringify(name)}: ${text},\n`;
  });
  const body = message.body?.text;
  const options = [
    ...(method === 'GET' ? [] : [`  method: ${JSON.stringify(method)},\n`]),
    ...(headers.length === 0 ? [] : [`  headers: {\n${headers.join('')}  },\n`]),
    ...(body === undefined ? [] : [`  body: ${JSON.stringify(body)},\n`]),
  ];
  const url = JSON.stringify(urlOf(request));
  return options.length === 0 ? `await fetch(${url});` : `await fetch(${url}, {\n${options.join('')}});`;
}

/** Returns the path with empty values of the query, which are not stored. */
export function targetOf({ path, queryNames }: Pick<RequestView, 'path' | 'queryNames'>): string {
  return queryNames.length === 0 ? path : `${path}?${queryNames.map((name) => `${name}=`).join('&')}`;
}

const urlOf = (request: Copied): string => `${request.origin}${targetOf(request)}`;

/** Leaves out headers that a program sets itself, and cookies. */
export const sentHeaders = (headers: readonly HeaderField[]): HeaderField[] =>
  headers.filter(([name]) => !AUTOMATIC.test(name));

const isHidden = (value: string): boolean => value.endsWith('(hidden)');

/** `Bearer ` of `Bearer (hidden)`. */
const schemeOf = (value: string): string => value.replace('(hidden)', '').replace(/[^\w ]/g, '');

const variableOf = (header: string): string =>
  /^authorization$/i.test(header) ? 'TOKEN' : header.toUpperCase().replace(/\W/g, '_');

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
