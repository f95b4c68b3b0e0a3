import { readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestError, TestResult, TestStep } from '@playwright/test/reporter';

/** Values of headers in Playwright's log of a request, and signatures of tokens. */
const CREDENTIALS = /(\b(?:authorization|cookie): )[ -~]+|(\beyJ[\w-]+\.[\w-]+\.)[\w-]+/gi;

/**
 * Removes credentials from the errors of tests. It is the first reporter, so the other reporters get the changed errors.
 * CI uploads their output, and API Gateway accepts an access token until it expires.
 */
export default class Redaction implements Reporter {
  onTestEnd(_test: TestCase, { errors, steps, attachments }: TestResult): void {
    for (const error of [...errors, ...errorsOf(steps)]) this.onError(error);
    for (const { name, path } of attachments) {
      if (name === 'error-context' && path) writeFileSync(path, redacted(readFileSync(path, 'utf8')));
    }
  }

  onError(error: TestError): void {
    for (const key of ['message', 'stack', 'value', 'snippet'] as const) {
      if (error[key] !== undefined) error[key] = redacted(error[key]);
    }
    if (error.cause) this.onError(error.cause);
  }
}

function errorsOf(steps: readonly TestStep[]): TestError[] {
  return steps.flatMap(({ error, steps: inner }) => [...(error ? [error] : []), ...errorsOf(inner)]);
}

function redacted(text: string): string {
  return text.replace(CREDENTIALS, '$1$2…');
}
