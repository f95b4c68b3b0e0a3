import { createContext, Script } from 'node:vm';

/** Why a function gave nothing usable; CloudFront answers 503 then (row CFF-ERR-01). */
export class FunctionExecutionError extends Error {}

/** A CloudFront function, compiled. */
export interface EdgeFunction {
  readonly name: string;
  /**
   * Calls `handler(event)` in a context of its own: no network, files, timers, process, or code from strings.
   *
   * @param event structured as in row A8
   * @returns what the handler returned, copied out as data, and what it wrote with `console.log`
   * @throws FunctionExecutionError
   */
  run(event: object): { readonly value: unknown; readonly logs: readonly string[] };
}

/** CloudFront allows about 1 ms of CPU time; here the clock also runs while a busy laptop does something else. */
const TIMEOUT_MS = 5_000;

/** These run inside: only strings cross the border, so nothing of this process can be reached from an object. */
const prepare = new Script(
  `globalThis.__logs = [];
  globalThis.console = { log: (...words) => { __logs.push(words.map(String).join(' ')); } };`,
  { filename: 'prepare' },
);
const call = new Script(
  `(async () => handler(JSON.parse(__event)))().then(
    (value) => { globalThis.__settled = JSON.stringify({ value, logs: __logs }); },
    (error) => { globalThis.__settled = JSON.stringify({ error: String(error) }); },
  );`,
  { filename: 'call' },
);

/**
 * Compiles the code of a function; code that does not parse fails when it is called, as on AWS (row CFF-JS-03).
 *
 * @param timeoutMs after which a call is an endless loop
 */
export function compileFunction(name: string, code: string, timeoutMs = TIMEOUT_MS): EdgeFunction {
  let script: Script | undefined;
  let syntaxError: unknown;
  try {
    script = new Script(code, { filename: name });
  } catch (error) {
    syntaxError = error;
  }
  return {
    name,
    run(event) {
      if (!script) throw new FunctionExecutionError(`${name} does not parse: ${String(syntaxError)}`);
      const sandbox: { __event: string; __settled?: string } = Object.create(null);
      sandbox.__event = JSON.stringify(event);
      const context = createContext(sandbox, {
        codeGeneration: { strings: false, wasm: false },
        microtaskMode: 'afterEvaluate',
      });
      try {
        prepare.runInContext(context);
        script.runInContext(context, { timeout: timeoutMs });
        call.runInContext(context, { timeout: timeoutMs });
      } catch (error) {
        throw new FunctionExecutionError(`${name} failed: ${String(error)}`);
      }
      if (sandbox.__settled === undefined) throw new FunctionExecutionError(`${name} never returned.`);
      const settled = JSON.parse(sandbox.__settled) as { value?: unknown; logs?: string[]; error?: string };
      if (settled.error !== undefined) throw new FunctionExecutionError(`${name} failed: ${settled.error}`);
      return { value: settled.value, logs: settled.logs ?? [] };
    },
  };
}
