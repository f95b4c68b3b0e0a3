import { HeaderList } from '../../../http/header-list';
import type { Response } from '../../../http/message';
import { errorPage } from './error-page';

/** The edge location that this machine is (row CF-RESP-01). */
export const EDGE_LOCATION = 'LCL50-P1';

/** First word of `X-Cache` (row CF-RESP-02). */
export type CacheResult =
  | 'Hit'
  | 'Miss'
  | 'RefreshHit'
  | 'Error'
  | 'Redirect'
  | 'FunctionGeneratedResponse'
  | 'FunctionExecutionError'
  | 'FunctionThrottledError';

/** A response on its way through the edge to the viewer, with what CloudFront knows of where it came from. */
export interface EdgeResponse {
  readonly response: Response;
  readonly result: CacheResult;
  /** What the origin answered; `undefined` when CloudFront or a function made the response. */
  readonly originStatus: number | undefined;
}

/** A page that CloudFront makes itself (row CF-PAGE-01), without the headers that every response gets. */
export function edgeError(
  { requestId, now }: { readonly requestId: string; readonly now: () => number },
  status: number,
  text: string,
  result: CacheResult = 'Error',
): EdgeResponse {
  const body = errorPage(status, text, requestId);
  return {
    response: { status, headers: ownHeaders(now, body.length), body },
    result,
    originStatus: undefined,
  };
}

/** The headers of an HTML page that CloudFront makes itself. */
export function ownHeaders(now: () => number, contentLength: number): HeaderList {
  return new HeaderList([
    ['Server', 'CloudFront'],
    ['Date', new Date(now()).toUTCString()],
    ['Content-Type', 'text/html'],
    ['Content-Length', String(contentLength)],
  ]);
}
