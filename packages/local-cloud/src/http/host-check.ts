import type { RequestListener } from 'node:http';

/** `localhost`, names below it, and loopback addresses. */
const LOOPBACK = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Answers only requests for this machine, or for one of the given domains. A page of another site could point a name of its
 * own to this machine (DNS rebinding) and read answers: such a request is answered with 421.
 *
 * @param domains in lower case; `*.example.com` covers all names below `example.com`
 */
export function onlyForHosts(domains: readonly string[], answer: RequestListener): RequestListener {
  return (request, response) => {
    // A target with scheme and host overrides the header.
    const [, authority = request.headers.host] = /^https?:\/\/([^/?#]+)/i.exec(request.url ?? '') ?? [];
    const host = (authority ?? 'localhost').toLowerCase().replace(/:\d*$/, '');
    const isKnown = domains.some((domain) =>
      domain.startsWith('*.') ? host.endsWith(domain.slice(1)) : host === domain,
    );
    if (isKnown || LOOPBACK.test(host)) return answer(request, response);
    const body =
      `This port of the local cloud does not answer for the host ${host}: it answers for localhost` +
      `${domains.map((domain) => `, ${domain}`).join('')} only, to protect against DNS rebinding.\n`;
    response.writeHead(421, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      Connection: 'close',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}
