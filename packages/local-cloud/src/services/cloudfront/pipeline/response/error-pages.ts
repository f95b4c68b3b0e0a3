import { Readable } from 'node:stream';
import type { Request } from '../../../../http/message';
import type { EdgeResponse, Exchange, Fetch } from '../exchange';
import { selectBehavior } from '../viewer/behavior-selection';

/** Request headers that the request for an error page does not have: they ask for less than the complete page. */
const CONDITIONS = [
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
  'content-length',
  'content-type',
  'transfer-encoding',
];

/**
 * Replaces an error of the cache or the origin by the distribution's page for its status (rows CF-ERR-01 to
 * CF-ERR-09). Responses of functions do not pass here (row CF-ERR-08). The page is fetched as a path of the
 * distribution, by the behavior that matches it and without functions. When that fails, the viewer gets the status of
 * the failure (rows CF-ERR-04 and CF-ERR-05).
 */
export async function applyErrorPage(
  exchange: Exchange,
  answer: EdgeResponse,
  fetch: Fetch,
): Promise<EdgeResponse> {
  const { distribution, request } = exchange;
  const { status } = answer.response;
  const page = distribution.customErrorResponses.find(({ errorCode }) => errorCode === status)?.page;
  if (!page) return answer;
  const { originStatus } = answer;
  request.trace.add('cloudfront', 'custom-error.replaced', {
    from: status,
    to: page.status,
    page: page.path,
    path: request.path,
    originStatus,
  });
  const [path = '', query = ''] = page.path.split('?');
  const pageRequest: Request = {
    ...request,
    method: 'GET',
    path,
    query,
    headers: request.headers.filter((name) => !CONDITIONS.includes(name)),
    body: undefined,
  };
  const behavior = selectBehavior(distribution, pageRequest);
  const fetched = await fetch({ ...exchange, behavior, request: pageRequest }, pageRequest);
  if (answer.response.body instanceof Readable) answer.response.body.destroy();
  if (fetched.response.status >= 400) {
    request.trace.add('cloudfront', 'custom-error.page-failed', {
      page: page.path,
      status: fetched.response.status,
    });
    return { ...fetched, result: 'Error', originStatus };
  }
  return { response: { ...fetched.response, status: page.status }, result: 'Error', originStatus };
}
