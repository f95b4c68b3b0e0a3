import type { FaultResponder } from '../../../../http/request-fault';
import type { Distribution } from '../../model/distribution';
import { edgeError, ERROR_TEXT } from '../exchange';
import { edgeOf, newRequestId, toViewer } from '../response/own-headers';

/** Returns the distribution's answers to malformed HTTP: its error pages (rows CF-PAGE-01, CF-METH-04 and CF-LIM-02). */
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
