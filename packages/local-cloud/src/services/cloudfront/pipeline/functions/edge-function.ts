import { BUILTINS, separateImports } from '@spa-on-aws/cloudformation';
import type { FunctionFailure } from '../../../../trace/cloudfront-events';
import { type FunctionDefinition, UNSUPPORTED_HELPERS } from '../../model/functions';
import { type CallOutcome, Sandbox } from './sandbox';

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

/** Result of a call of a function. */
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

/** A CloudFront function that can be called. */
export interface EdgeFunction {
  readonly name: string;
  /**
   * Calls `handler(event)` in a {@link Sandbox}. Calls share no state.
   *
   * @param event structured as in row A8
   * @throws FunctionExecutionError
   */
  run(event: object, circumstances?: CallCircumstances): Promise<FunctionRun>;
}

/** CloudFront allows about 1 ms of CPU time; here the clock also runs while a busy machine does something else. */
const TIMEOUT_MS = 3_000;
const MAX_LOG_BYTES = 10_240;

/**
 * Prepares a function. Code that does not parse fails when it is called, as on AWS (row CFF-JS-03).
 *
 * @param timeoutMs after which a call fails
 */
export function compileFunction(
  { name, code, runtime, store }: FunctionDefinition,
  timeoutMs = TIMEOUT_MS,
): EdgeFunction {
  const start = async (): Promise<Sandbox> => {
    const factorySource = factoryOf(code);
    const config = { builtins: BUILTINS[runtime], store: store ?? null, unsupported: UNSUPPORTED_HELPERS };
    return Sandbox.create({ fileName: name, factorySource, config, timeoutMs });
  };
  // Starts with the first call: an engine takes longer to load than the rest of the distribution.
  let sandbox: Promise<Sandbox> | undefined;
  return {
    name,
    async run(event, { rawQuery = '', now = Date.now } = {}) {
      sandbox ??= start();
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
          const message = `${name} failed${placeIn(name, outcome.stack)}: ${outcome.error}`;
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

/** Code of a function as an expression `(cloudfront) => handler`: line n of the code is line n + 1. */
function factoryOf(code: string): string {
  const { body, imports } = separateImports(code);
  const bindings = imports.map(({ module, binding }) =>
    module === 'cloudfront'
      ? `const ${binding} = __cloudfront;`
      : `const ${binding} = require(${JSON.stringify(module)});`,
  );
  return `(function (__cloudfront) { 'use strict'; ${bindings.join(' ')}\n${body}\nreturn handler; })`;
}

/** Where in the function's code an error was thrown, from its stack. */
function placeIn(name: string, stack: string): string {
  const at = stack.indexOf(`${name}:`);
  const [, line, column] = (at >= 0 && /^:(\d+):(\d+)/.exec(stack.slice(at + name.length))) || [];
  return line === undefined ? '' : ` in line ${Number(line) - 1}, column ${column}`;
}
