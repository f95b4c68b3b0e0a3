import { type EdgeResponse, edgeError } from '../edge-response';
import { ERROR_TEXT } from '../error-page';
import { type Exchange, SERVICE } from '../exchange';

/** The answer to a method that the behavior does not allow; `undefined` when it does (rows CF-METH-01 to CF-METH-04). */
export function answerToMethod(exchange: Exchange): EdgeResponse | undefined {
  const { request, behavior } = exchange;
  if (!behavior.allowedMethods.includes(request.method)) {
    request.trace.note(
      SERVICE,
      `refused: behavior ${behavior.pattern} allows ${behavior.allowedMethods.join(', ')}, not ${request.method}`,
    );
    return edgeError(exchange, 403, ERROR_TEXT.methodNotAllowed);
  }
  if (request.method === 'GET' && request.body) {
    request.trace.note(SERVICE, 'refused: a GET with a body');
    return edgeError(exchange, 403, ERROR_TEXT.badRequest);
  }
  return undefined;
}
