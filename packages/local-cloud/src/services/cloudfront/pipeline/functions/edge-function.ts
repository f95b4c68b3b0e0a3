import { Script } from 'node:vm';
import { type FunctionRuntime, leavesBuiltinsAlone } from '@spa-on-aws/cloudformation';
import { createFunctionContext, type FunctionContext } from './function-runtime/context';
import type { ContextStore } from './function-runtime/context-cloudfront';
import { hostCodecs } from './function-runtime/host';
import { outliveStrayRejections } from './function-runtime/stray-rejections';
import { type FunctionImport, withoutImports } from './function-imports';
import { isStraight } from './straight-code';

/** Why a function gave nothing usable; CloudFront answers 503 then (row CFF-ERR-01). */
export class FunctionExecutionError extends Error {
  constructor(
    message: string,
    /** What the function wrote before it failed. */
    readonly logs: readonly string[] = [],
  ) {
    super(message);
  }
}

/** What a call of a function came to. */
export interface FunctionRun {
  /** What the handler returned, copied out as data. */
  readonly value: unknown;
  /** What it wrote with `console.log`, a line for each call; CloudFront keeps 10 KB of it (row CFF-LIM-01). */
  readonly logs: readonly string[];
}

/** A CloudFront function, compiled. */
export interface EdgeFunction {
  readonly name: string;
  /**
   * Calls `handler(event)` in a context of its own, see {@link createFunctionContext}.
   *
   * @param event structured as in row A8
   * @throws FunctionExecutionError
   */
  run(event: object, circumstances?: CallCircumstances): FunctionRun;
}

/** What a call is told besides its event. */
export interface CallCircumstances {
  /** What `event.request.rawQueryString()` gives. @default none */
  readonly rawQuery?: string;
  /** Milliseconds since the epoch: the moment at which all of the call happens. @default Date.now */
  readonly now?: () => number;
}

/** What a function is made of. */
export interface FunctionDefinition {
  readonly name: string;
  readonly code: string;
  /** @default cloudfront-js-2.0 */
  readonly runtime?: FunctionRuntime;
  /** The associated key-value store. */
  readonly store?: ContextStore | undefined;
  /** After which a call is an endless loop. @default 3000 */
  readonly timeoutMs?: number;
}

/** CloudFront allows about 1 ms of CPU time; here the clock also runs while a busy laptop does something else. */
const TIMEOUT_MS = 3_000;
const MOST_LOG_BYTES = 10_240;
/** What stands before a function's code, on its first line. */
function openingFor(imports: readonly FunctionImport[]): string {
  const bindings = imports.map(({ module, binding }) =>
    module === 'cloudfront'
      ? `const ${binding} = __cloudfront; `
      : `const ${binding} = require(${JSON.stringify(module)}); `,
  );
  return `__invoke(function (__cloudfront) { 'use strict'; ${bindings.join('')}`;
}

/** Compiles the code of a function; code that does not parse fails when it is called, as on AWS (row CFF-JS-03). */
export function compileFunction(definition: FunctionDefinition): EdgeFunction {
  const { name, code, runtime = 'cloudfront-js-2.0', store } = definition;
  // A watch over a call costs a thread, and the wait for it: more than the call itself.
  const watch = isStraight(code) ? {} : { timeout: definition.timeoutMs ?? TIMEOUT_MS };
  outliveStrayRejections();
  let script: Script | undefined;
  let syntaxError: unknown;
  try {
    const { body, imports } = withoutImports(code);
    const opening = openingFor(imports);
    script = new Script(`${opening}${body}\nreturn handler; });`, {
      filename: name,
      columnOffset: -opening.length,
    });
  } catch (error) {
    syntaxError = error;
  }
  /** What the context's host serves at the moment: calls never overlap. */
  let call = newCall(0);
  const host = {
    ...hostCodecs,
    startedAt: () => call.startedAt,
    log: (line: string) => call.log(line),
    settle: (json: string) => void (call.settled = json),
  };
  const isLasting = leavesBuiltinsAlone(code);
  let spare: FunctionContext | undefined;
  return {
    name,
    run(event, { rawQuery = '', now = Date.now } = {}) {
      if (!script) throw new FunctionExecutionError(`${name} does not parse: ${String(syntaxError)}`);
      call = newCall(now());
      const { logs } = call;
      const context = spare ?? createFunctionContext(host, { runtime, store, isLasting });
      spare = undefined;
      try {
        context.begin(JSON.stringify(event), rawQuery);
        script.runInContext(context.context, watch);
      } catch (error) {
        throw new FunctionExecutionError(`${name} failed: ${String(error)}`, logs);
      }
      if (call.settled === undefined) throw new FunctionExecutionError(`${name} never returned`, logs);
      if (context.isIntact()) spare = context;
      const outcome = JSON.parse(call.settled) as { value?: unknown; error?: string; stack?: string };
      if (outcome.error !== undefined) {
        const place = placeIn(name, outcome.stack);
        throw new FunctionExecutionError(`${name} failed${place}: ${outcome.error}`, logs);
      }
      return { value: outcome.value, logs };
    },
  };
}

interface Call {
  readonly startedAt: number;
  readonly logs: string[];
  log(line: string): void;
  settled: string | undefined;
}

function newCall(startedAt: number): Call {
  const logs: string[] = [];
  let logBytes = 0;
  return {
    startedAt,
    logs,
    log(line) {
      const room = MOST_LOG_BYTES - logBytes;
      logBytes += Buffer.byteLength(line);
      if (room > 0) logs.push(Buffer.from(line).subarray(0, room).toString());
    },
    settled: undefined,
  };
}

/** Where in the function's code an error was thrown, from its stack. */
function placeIn(name: string, stack = ''): string {
  const frame = stack
    .split('\n')
    .map((line) => line.slice(line.indexOf(`${name}:`)))
    .find((line) => line.startsWith(`${name}:`));
  const [, line, column] = /:(\d+):(\d+)/.exec(frame ?? '') ?? [];
  return line === undefined ? '' : ` in line ${line}, column ${column}`;
}
