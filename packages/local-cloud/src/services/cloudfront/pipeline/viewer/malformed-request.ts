import type { FaultResponder } from '../../../../http/request-fault';
import type { Distribution } from '../../model/distribution';
import { edgeError } from '../edge-response';
import { ERROR_TEXT } from '../error-page';
import { edgeOf, newRequestId, toViewer } from '../response/own-headers';

/** What the distribution answers to what is no request: a page of its own (rows CF-PAGE-01, CF-METH-04 and CF-LIM-02). */
export function distributionFaults(distribution: Distribution, now: () => number): FaultResponder {
  const edge = edgeOf(distribution);
  const pages = {
    malformed: [400, ERROR_TEXT.badRequest],
    method: [403, ERROR_TEXT.methodNotAllowed],
    headTooLarge: [494, ERROR_TEXT.badRequest],
    timeout: [408, ERROR_TEXT.badRequest],
  } as const;
  return (fault) => {
    const [status, text] = pages[fault];
    const requestId = newRequestId();
    return toViewer(edgeError({ requestId, now }, status, text), 'GET', edge, requestId);
  };
}
