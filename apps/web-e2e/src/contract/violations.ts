import { isDeepStrictEqual } from 'node:util';
import type { WireResponse } from '../exchange';
import { type Expectation, know, type World } from './expectation';

function headerViolation(
  name: string,
  wanted: string | RegExp | undefined,
  found: string | undefined,
): string | undefined {
  if (wanted === undefined)
    return found === undefined ? undefined : `${name} is ${found}, and must not be there`;
  const fits = typeof wanted === 'string' ? found === wanted : wanted.test(found ?? '');
  return fits ? undefined : `${name} is ${found ?? 'not there'}, and must be ${String(wanted)}`;
}

function bodyViolation(
  wanted: string | RegExp | { readonly json: unknown },
  body: string,
): string | undefined {
  if (typeof wanted === 'string')
    return body === wanted ? undefined : `the body is ${shown(body)}, and must be ${shown(wanted)}`;
  if (wanted instanceof RegExp) {
    return wanted.test(body) ? undefined : `the body is ${shown(body)}, and must match ${String(wanted)}`;
  }
  const found: unknown = JSON.parse(body);
  return isDeepStrictEqual(found, wanted.json)
    ? undefined
    : `the body is ${shown(body)}, and must be ${JSON.stringify(wanted.json)}`;
}

const shown = (text: string): string => JSON.stringify(text.length > 400 ? `${text.slice(0, 400)}…` : text);

/** What an answer has that the contract does not allow, a sentence each; empty when it fits. */
export function violations(
  expectation: Expectation,
  world: World,
  { status, headers, body }: WireResponse,
): string[] {
  const { answer, answerHeaders = {} } = expectation;
  const allowed = [expectation.status].flat();
  return [
    allowed.includes(status) ? undefined : `the status is ${status}, and must be ${allowed.join(' or ')}`,
    ...Object.entries(know(answerHeaders, world)).map(([name, wanted]) =>
      headerViolation(name, wanted, headers[name]),
    ),
    answer === undefined ? undefined : bodyViolation(know(answer, world), body.toString('utf8')),
  ].filter((violation) => violation !== undefined);
}
