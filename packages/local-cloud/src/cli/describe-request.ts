import type { AnsweredRequest } from '../console/request-log';
import { redactText } from '../console/redaction';
import { describeHop } from '../explain/describe-hop';
import { decidingHop } from '../explain/explanations';

/** Returns the log line of a request; that of a refused one ends with its address in the console. */
export function describeRequest(request: AnsweredRequest, url: string): string {
  const { method, path, status, durationMs, switches } = request;
  const refusal = status >= 400 ? decidingHop(request) : undefined;
  const why = refusal
    ? `  ${describeHop(refusal).service}: ${redactText(describeHop(refusal).sentence)}`
    : '';
  const switched = switches.length > 0 ? `  [active: ${switches.join(', ')}]` : '';
  const link = status >= 400 ? `  ${url}` : '';
  return `${method} ${path} ${status} ${durationMs} ms${why}${switched}${link}`;
}
