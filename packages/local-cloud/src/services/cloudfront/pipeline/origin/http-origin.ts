import { InvalidOptionsError } from '../../../../errors';
import { requestTarget } from '../../../../http/message';
import { type Upstream, UpstreamTimeoutError } from '../../../../http/upstream';
import { OriginFailure, type OriginServer } from './server';

const UNREACHABLE = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);
const UNKNOWN_NAME = new Set(['ENOTFOUND', 'EAI_AGAIN']);

/**
 * Returns a local HTTP server as the server of an origin; the path of its URL is a prefix of every path.
 *
 * @throws InvalidOptionsError when the URL is not plain HTTP
 */
export function httpOriginServer(url: URL, upstream: Upstream): OriginServer {
  if (url.protocol !== 'http:')
    throw new InvalidOptionsError([
      `--stand-in ${url.href}: the server must use plain HTTP. Use an http: URL.`,
    ]);
  const prefix = url.pathname.replace(/\/$/, '');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return async (request, _signer, { connectTimeoutMs, readTimeoutMs }) => {
    const outgoing = { ...request, target: prefix + requestTarget(request.path, request.query) };
    try {
      return await upstream.send(host, Number(url.port || 80), outgoing, {
        connectTimeoutMs,
        idleTimeoutMs: readTimeoutMs,
      });
    } catch (error) {
      if (request.signal.aborted) throw error;
      throw toFailure(error, url);
    }
  };
}

function toFailure(error: unknown, { origin }: URL): OriginFailure {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const options = { cause: error };
  if (error instanceof UpstreamTimeoutError) {
    return new OriginFailure(
      error.phase === 'connect' ? 'connect-timeout' : 'read-timeout',
      `${origin}: ${message}`,
      options,
    );
  }
  if (UNKNOWN_NAME.has(code)) return new OriginFailure('dns', `${origin} has no address`, options);
  if (UNREACHABLE.has(code))
    return new OriginFailure('connection-refused', `${origin} refuses connections`, options);
  return new OriginFailure('connection-broken', `${origin}: ${message}`, options);
}
