import { createHash, createHmac } from 'node:crypto';
import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';
import { GUEST_RUNTIME, type GuestConfig } from './guest-runtime';

/** Memory of an engine; the libraries of this project do not declare WebAssembly. */
interface EngineMemory {
  readonly buffer: ArrayBuffer;
}
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => EngineMemory;
};

/** Code to run: an expression `(cloudfront) => handler`. */
export interface GuestProgram {
  readonly fileName: string;
  readonly factorySource: string;
  readonly config: GuestConfig;
  readonly timeoutMs: number;
}

/** How a call ended; the line of `stack` counts the lines of {@link GuestProgram.factorySource}. */
export type CallOutcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: string; readonly stack: string }
  | { readonly kind: 'timed-out' | 'out-of-memory' | 'never-returned' };

/**
 * Memory of the engine in pages of 64 KiB: the 16 MiB that it needs at least, and no more. 5 MiB are its stack; a
 * function that uses up the rest is out of memory.
 */
const MEMORY_PAGES = 256;
/** Largest single value. AWS gives a function 2 MB in all (row CFF-LIM-01); QuickJS does not count the sum. */
const MAX_VALUE_BYTES = 2 * 1024 * 1024;
/** Ends a recursion before it overflows the stack of this process. */
const MAX_STACK_BYTES = 64 * 1024;

/** An instance of QuickJS that runs one program. Calls see nothing of this process, and nothing of earlier calls. */
export class Sandbox {
  readonly #context: QuickJSContext;
  readonly #start: QuickJSHandle;
  readonly #restore: () => void;
  readonly #timeoutMs: number;
  #deadline = Number.POSITIVE_INFINITY;
  #hasTimedOut = false;
  #settled: string | undefined;
  #onLog: (line: string) => void = () => undefined;

  private constructor(context: QuickJSContext, program: GuestProgram, memory: EngineMemory) {
    this.#context = context;
    this.#timeoutMs = program.timeoutMs;
    context.runtime.setMemoryLimit(MAX_VALUE_BYTES);
    context.runtime.setMaxStackSize(MAX_STACK_BYTES);
    context.runtime.setInterruptHandler(() => (this.#hasTimedOut ||= performance.now() > this.#deadline));
    const setUp = context.unwrapResult(context.evalCode(GUEST_RUNTIME, 'runtime.js'));
    const factory = context.unwrapResult(context.evalCode(program.factorySource, program.fileName));
    const config = context.newString(JSON.stringify(program.config));
    this.#start = context.unwrapResult(
      context.callFunction(setUp, context.undefined, this.#hostFunctions(), config, factory),
    );
    this.#restore = snapshotOf(memory);
  }

  /** Starts an engine. @throws Error when the program does not parse */
  static async create(program: GuestProgram): Promise<Sandbox> {
    const [{ newQuickJSWASMModuleFromVariant, newVariant }, { default: variant }] = await Promise.all([
      import('quickjs-emscripten-core'),
      import('@jitl/quickjs-singlefile-mjs-release-sync'),
    ]);
    const memory = new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES });
    const engine = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory: memory }));
    return new Sandbox(engine.newContext(), program, memory);
  }

  /**
   * Calls the handler of the program.
   *
   * @throws Error when the engine broke; the sandbox must not be used again
   */
  call(
    argument: { readonly event: object; readonly rawQuery: string; readonly now: number },
    onLog: (line: string) => void,
  ): CallOutcome {
    this.#onLog = onLog;
    this.#settled = undefined;
    this.#hasTimedOut = false;
    this.#deadline = performance.now() + this.#timeoutMs;
    const context = this.#context;
    let hasFailed = false;
    try {
      const json = context.newString(JSON.stringify(argument));
      const results = [
        context.callFunction(this.#start, context.undefined, json),
        context.runtime.executePendingJobs(),
      ];
      hasFailed = results.some(({ error }) => error !== undefined);
      for (const disposable of [...results, json]) disposable.dispose();
    } finally {
      this.#restore();
    }
    if (this.#hasTimedOut) return { kind: 'timed-out' };
    return hasFailed ? { kind: 'out-of-memory' } : toOutcome(this.#settled);
  }

  /** Functions of this process that the guest can call: they take and return only text, bytes and numbers. */
  #hostFunctions(): QuickJSHandle {
    const context = this.#context;
    const host = context.newObject();
    const add = (name: string, call: (...values: QuickJSHandle[]) => QuickJSHandle): void =>
      context.newFunction(name, call).consume((handle) => context.setProp(host, name, handle));
    const textOf = (handle: QuickJSHandle): string => JSON.parse(context.getString(handle)) as string;
    const bytesOf = (handle: QuickJSHandle): Buffer =>
      context.getArrayBuffer(handle).consume(({ value }) => Buffer.from(value));
    const bufferOf = (bytes: Buffer): QuickJSHandle => context.newArrayBuffer(new Uint8Array(bytes).buffer);
    add('log', (line) => {
      this.#onLog(textOf(line));
      return context.undefined;
    });
    add('settle', (json) => {
      this.#settled = context.getString(json);
      return context.undefined;
    });
    add('random', () => context.newNumber(Math.random()));
    add('encode', (text, encoding) =>
      bufferOf(Buffer.from(textOf(text), context.getString(encoding) as BufferEncoding)),
    );
    add('decode', (bytes, encoding) =>
      context.newString(
        JSON.stringify(bytesOf(bytes).toString(context.getString(encoding) as BufferEncoding)),
      ),
    );
    add('digest', (algorithm, key, bytes) => {
      const name = context.getString(algorithm);
      const hash = context.typeof(key) === 'undefined' ? createHash(name) : createHmac(name, bytesOf(key));
      return bufferOf(hash.update(bytesOf(bytes)).digest());
    });
    return host;
  }
}

function toOutcome(settled: string | undefined): CallOutcome {
  if (settled === undefined) return { kind: 'never-returned' };
  const { value, error, stack = '' } = JSON.parse(settled) as Record<string, string>;
  if (error === undefined) return { kind: 'returned', value };
  return error.startsWith('InternalError: out of memory')
    ? { kind: 'out-of-memory' }
    : { kind: 'threw', error, stack };
}

const PAGE = Buffer.alloc(4 * 1024);
/** The memory of an engine starts with static data; a stack of 5 MiB and the heap follow. */
const STATIC_END = 128 * 1024;
const STACK_END = 5 * 1024 * 1024;

/**
 * Copies the memory of an engine. The result puts the copy back, so that no call sees what another one left behind; that
 * is much faster than a new context. The unused stack and heap are left out: the engine reads none of them before it
 * writes to them.
 */
function snapshotOf(memory: EngineMemory): () => void {
  const bytes = Buffer.from(memory.buffer);
  let heapEnd = STACK_END;
  for (let at = STACK_END; at < heapEnd + 64 * PAGE.length; at += PAGE.length)
    if (!bytes.subarray(at, at + PAGE.length).equals(PAGE)) heapEnd = at + PAGE.length;
  const copies = [[0, STATIC_END] as const, [STACK_END, heapEnd] as const].map(([at, end]) => ({
    at,
    copy: Buffer.from(bytes.subarray(at, end)),
  }));
  return () => {
    for (const { at, copy } of copies) copy.copy(bytes, at);
  };
}
