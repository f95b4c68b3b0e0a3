import { isDeepStrictEqual } from 'node:util';
import type { WireResponse } from '../exchange';
import { type Expectation, compute, type Facts } from './expectation';

function headerViolation(
  name: string,
  expected: string | RegExp | undefined,
  found: string | undefined,
): string | undefined {
  if (expected === undefined)
    return found === undefined ? undefined : `${name} is ${found}, but must be absent`;
  const fits = typeof expected === 'string' ? found === expected : expected.test(found ?? '');
  return fits ? undefined : `${name} is ${found ?? 'absent'}, but must be ${String(expected)}`;
}

function bodyViolation(
  expected: string | RegExp | { readonly json: unknown },
  body: string,
): string | undefined {
  if (typeof expected === 'string')
    return body === expected ? undefined : `the body is ${shown(body)}, but must be ${shown(expected)}`;
  if (expected instanceof RegExp) {
    return expected.test(body) ? undefined : `the body is ${shown(body)}, but must match ${String(expected)}`;
  }
  const found: unknown = JSON.parse(body);
  return isDeepStrictEqual(found, expected.json)
    ? undefined
    : `the body is ${shown(body)}, but must be ${JSON.stringify(expected.json)}`;
}

const shown = (text: string): string => JSON.stringify(text.length > 400 ? `${text.slice(0, 400)}…` : text);

/** Lists how a response violates an expectation; empty when it conforms. */
export function violations(
  expectation: Expectation,
  facts: Facts,
  { status, headers, body }: WireResponse,
): string[] {
  const { responseBody, responseHeaders = {} } = expectation;
  const allowed = [expectation.status].flat();
  return [
    allowed.includes(status) ? undefined : `the status is ${status}, but must be ${allowed.join(' or ')}`,
    ...Object.entries(compute(responseHeaders, facts)).map(([name, expected]) =>
      headerViolation(name, expected, headers[name]),
    ),
    responseBody === undefined
      ? undefined
      : bodyViolation(compute(responseBody, facts), body.toString('utf8')),
  ].filter((violation) => violation !== undefined);
}
