import type { Random } from './random';

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'PROPFIND',
  'get',
  'G T',
  '',
];
const VERSIONS = ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9.9', 'http/1.1', ''];
const LINE_ENDS = ['\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n'];
const SEGMENTS = [
  '..',
  '.',
  '',
  '%2e%2e',
  '%2F',
  '%00',
  '%',
  '%zz',
  '%C3%28',
  '\u0000',
  'a|b',
  '{x}',
  '\\',
  'é',
  '<b>',
  ';a=b',
  '__proto__',
  'constructor',
];
const VALUES = [
  '',
  ' ',
  'x',
  '\u0000',
  '\u007f',
  '"',
  '💥',
  ',,,',
  ';',
  '=',
  'chunked',
  '-1',
  '1e9',
  '99999999999999999999',
  'bytes=0-',
  'bytes=-',
  'bytes=9-1,2-3',
];
const HEADERS = [
  'Host',
  'Content-Length',
  'Transfer-Encoding',
  'Connection',
  'Upgrade',
  'Expect',
  'Range',
  'If-None-Match',
  'If-Modified-Since',
  'Accept-Encoding',
  'Authorization',
  'Cookie',
  'Content-Type',
  'X-Forwarded-For',
  'X-HTTP-Method-Override',
  'TE',
  'Origin',
  '__proto__',
  ':path',
  'X Y',
  '',
];

function target(random: Random, paths: readonly string[]): string {
  const path = random.pick(paths);
  switch (random.below(6)) {
    case 0:
      return path + Array.from({ length: random.below(6) }, () => `/${random.pick(SEGMENTS)}`).join('');
    case 1:
      return `${path}?${Array.from({ length: random.below(5) }, () => `${random.pick(SEGMENTS)}=${random.pick(VALUES)}`).join('&')}`;
    case 2:
      return random.pick([
        '*',
        'http://elsewhere.example/',
        'elsewhere.example:443',
        '//',
        '/\\..',
        '?',
        '#',
      ]);
    case 3:
      return path + 'a'.repeat(random.below(20_000));
    case 4:
      return path + random.bytes(random.below(40)).toString('latin1');
    default:
      return path;
  }
}

function headerLine(random: Random): string {
  const value = random.below(20) === 0 ? 'v'.repeat(random.below(40_000)) : random.pick(VALUES);
  return random.pick(HEADERS) + random.pick([': ', ': ', ': ', ':', '', ' : ', ':\t']) + value;
}

function body(random: Random): Buffer {
  switch (random.below(4)) {
    case 0:
      return random.bytes(random.below(2_000));
    case 1:
      return Buffer.from(`${random.below(64).toString(16)}\r\nnot that long\r\n0\r\n\r\n`);
    case 2:
      return Buffer.from('ffffffffffffffffff\r\n');
    default:
      return Buffer.from('grant_type=authorization_code&grant_type=&code=%ZZ&client_id=__proto__');
  }
}

/** Part of a request that is malformed. */
type Damage = 'method' | 'target' | 'version' | 'line end' | 'header' | 'body' | 'cut' | 'twice' | 'bytes';

const DAMAGES: readonly Damage[] = [
  ...(['method', 'method', 'target', 'target', 'target', 'target', 'header', 'header', 'header'] as const),
  ...(['body', 'body', 'version', 'line end', 'cut', 'twice', 'bytes'] as const),
];

/**
 * Returns the bytes of a request with one to three malformed parts, so that some pass the parser.
 *
 * @param host of the server
 * @param paths that the server has
 */
export function malformedRequest(random: Random, host: string, paths: readonly string[]): Buffer {
  if (random.below(50) === 0) return random.bytes(random.below(500));
  const damages = new Set(Array.from({ length: 1 + random.below(3) }, () => random.pick(DAMAGES)));
  const has = (damage: Damage): boolean => damages.has(damage);
  const payload = has('body') ? body(random) : Buffer.alloc(0);
  const lines = [
    [
      has('method') ? random.pick(METHODS) : random.pick(['GET', 'POST']),
      has('target') ? target(random, paths) : random.pick(paths),
      has('version') ? random.pick(VERSIONS) : 'HTTP/1.1',
    ].join(' '),
    `Host: ${host}`,
    'Connection: close',
    'Content-Type: application/x-www-form-urlencoded',
    ...(has('header') ? Array.from({ length: 1 + random.below(3) }, () => headerLine(random)) : []),
    ...(payload.length > 0
      ? [random.pick([`Content-Length: ${payload.length}`, 'Transfer-Encoding: chunked'])]
      : []),
  ];
  const end = has('line end') ? random.pick(LINE_ENDS) : '\r\n';
  const request = Buffer.concat([Buffer.from(lines.join(end) + end + end), payload]);
  if (has('bytes')) request[random.below(request.length)] = random.below(256);
  if (has('cut')) return request.subarray(0, random.below(request.length));
  return has('twice') ? Buffer.concat([request, request]) : request;
}
