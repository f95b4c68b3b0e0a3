import { type CallOutcome, FunctionSandbox } from '@spa-on-aws/cloudformation';
import type { FunctionFailure } from '../../../../trace/cloudfront-events';
import type { FunctionDefinition } from '../../model/functions';

/** A function has no usable result; CloudFront answers 503 (row CFF-ERR-01) or 502 (rows CFF-HDR-01 and CFF-HDR-02). */
export class FunctionExecutionError extends Error {
  constructor(
    readonly reason: FunctionFailure,
    message: string,
    /** Lines that the function logged before it failed. */
    readonly logs: readonly string[] = [],
  ) {
    super(message);
  }
}

export interface FunctionRun {
  /** Value that the handler returned, copied as data. */
  readonly value: unknown;
  /** Lines of `console.log`, one for each call; CloudFront keeps 10 KB of them (row CFF-LIM-01). */
  readonly logs: readonly string[];
}

/** Circumstances of a call besides its event. */
export interface CallCircumstances {
  /** Result of `event.request.rawQueryString()`. @default none */
  readonly rawQuery?: string;
  /** Milliseconds since the epoch: the time of the whole call. @default Date.now */
  readonly now?: () => number;
}

export interface EdgeFunction {
  readonly name: string;
  /** Calls `handler(event)`, with an event as in row A8. Calls share no state. @throws FunctionExecutionError */
  run(event: object, circumstances?: CallCircumstances): Promise<FunctionRun>;
}

/** CloudFront allows about 1 ms of CPU time; here the clock also runs while a busy machine does something else. */
const TIMEOUT_MS = 3_000;
const MAX_LOG_BYTES = 10_240;

/** Prepares a function. Code that does not parse fails when it is called, as on AWS (row CFF-JS-03). */
export function compileFunction(
  { name, code, runtime, store }: FunctionDefinition,
  timeoutMs = TIMEOUT_MS,
): EdgeFunction {
  // Starts with the first call: an engine takes longer to load than the rest of the distribution.
  let sandbox: Promise<FunctionSandbox> | undefined;
  return {
    name,
    async run(event, { rawQuery = '', now = Date.now } = {}) {
      sandbox ??= FunctionSandbox.create({ name, code, runtime, store, timeoutMs });
      const ready = await sandbox.catch((error: unknown) => {
        if (!(error instanceof Error) || error.name !== 'SyntaxError') throw error;
        throw new FunctionExecutionError('syntax', `${name} does not parse: ${error.message}`);
      });
      const logs: string[] = [];
      let room = MAX_LOG_BYTES;
      const onLog = (line: string): void => {
        const bytes = Buffer.from(line);
        if (room > 0) logs.push(bytes.subarray(0, room).toString());
        room -= bytes.length;
      };
      let outcome: CallOutcome;
      try {
        outcome = ready.call({ event, rawQuery, now: now() }, onLog);
      } catch (error) {
        sandbox = undefined;
        throw new FunctionExecutionError('out-of-memory', `${name} broke the engine: ${String(error)}`, logs);
      }
      switch (outcome.kind) {
        case 'returned':
          return { value: outcome.value, logs };
        case 'threw': {
          const { at, error } = outcome;
          const place = at ? ` in line ${at.line}, column ${at.column}` : '';
          const message = `${name} failed${place}: ${error}`;
          throw new FunctionExecutionError('threw', message, logs);
        }
        case 'timed-out':
          throw new FunctionExecutionError('timed-out', `${name} ran longer than ${timeoutMs} ms`, logs);
        case 'out-of-memory':
          throw new FunctionExecutionError('out-of-memory', `${name} ran out of memory`, logs);
        case 'never-returned':
          throw new FunctionExecutionError('never-returned', `${name} never returned`, logs);
      }
    },
  };
}
