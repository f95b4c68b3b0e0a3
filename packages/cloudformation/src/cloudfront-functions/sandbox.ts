import { createHash, createHmac } from 'node:crypto';
import { parse } from 'acorn';
import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';
import { BUILTINS, type FunctionRuntime } from './builtins';
import { GUEST_RUNTIME, type GuestConfig } from './guest-runtime';

/** Memory of an engine; the libraries of this project do not declare WebAssembly. */
interface EngineMemory {
  readonly buffer: ArrayBuffer;
}
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => EngineMemory;
};

export interface FunctionProgram {
  readonly name: string;
  readonly code: string;
  readonly runtime: FunctionRuntime;
  /** The associated key value store. */
  readonly store?: GuestConfig['store'] | undefined;
  readonly timeoutMs: number;
}

/** Functions of the `cloudfront` module that only AWS has. */
export const UNSUPPORTED_HELPERS = [
  'updateRequestOrigin',
  'selectRequestOriginById',
  'createRequestOriginGroup',
] as const;

/** How a call ended. */
export type CallOutcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | {
      readonly kind: 'threw';
      readonly error: string;
      /** Place in the function's code. */
      readonly at?: { readonly line: number; readonly column: number };
    }
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

/** An instance of QuickJS that runs one function. Calls see nothing of this process, and nothing of earlier calls. */
export class FunctionSandbox {
  readonly #name: string;
  readonly #context: QuickJSContext;
  readonly #start: QuickJSHandle;
  readonly #restore: () => void;
  readonly #timeoutMs: number;
  #deadline = Number.POSITIVE_INFINITY;
  #hasTimedOut = false;
  #settled: string | undefined;
  #onLog: (line: string) => void = () => undefined;

  private constructor(context: QuickJSContext, program: FunctionProgram, memory: EngineMemory) {
    const { name, code, runtime, store = null, timeoutMs } = program;
    this.#context = context;
    this.#name = name;
    this.#timeoutMs = timeoutMs;
    context.runtime.setMemoryLimit(MAX_VALUE_BYTES);
    context.runtime.setMaxStackSize(MAX_STACK_BYTES);
    context.runtime.setInterruptHandler(() => (this.#hasTimedOut ||= performance.now() > this.#deadline));
    const setUp = context.unwrapResult(context.evalCode(GUEST_RUNTIME, 'runtime.js'));
    const factory = context.unwrapResult(context.evalCode(factoryOf(code), name));
    const guestConfig: GuestConfig = { builtins: BUILTINS[runtime], store, unsupported: UNSUPPORTED_HELPERS };
    const config = context.newString(JSON.stringify(guestConfig));
    this.#start = context.unwrapResult(
      context.callFunction(setUp, context.undefined, this.#hostFunctions(), config, factory),
    );
    this.#restore = snapshotOf(memory);
  }

  /**
   * Loads an engine, and the function's code into it.
   *
   * @throws SyntaxError when the code does not parse
   */
  static async create(program: FunctionProgram): Promise<FunctionSandbox> {
    const [{ newQuickJSWASMModuleFromVariant, newVariant }, { default: variant }] = await Promise.all([
      import('quickjs-emscripten-core'),
      import('@jitl/quickjs-singlefile-mjs-release-sync'),
    ]);
    const memory = new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES });
    const engine = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory: memory }));
    return new FunctionSandbox(engine.newContext(), program, memory);
  }

  /**
   * Calls the function's handler.
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
    return hasFailed ? { kind: 'out-of-memory' } : toOutcome(this.#settled, this.#name);
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

/**
 * Separates a function's code from its imports. Blanks replace the imports, so every line keeps its number.
 *
 * @throws SyntaxError when the code does not parse
 */
function separateImports(code: string): {
  readonly body: string;
  /** Imported modules, and the names that the function gives to them. */
  readonly imports: readonly { readonly module: string; readonly binding: string }[];
} {
  let body = code;
  const imports: { module: string; binding: string }[] = [];
  if (!/\bimport\b/.test(code)) return { body, imports };
  for (const statement of parse(code, { ecmaVersion: 'latest', sourceType: 'module' }).body) {
    if (statement.type !== 'ImportDeclaration') continue;
    const module = String(statement.source.value);
    for (const { local } of statement.specifiers) imports.push({ module, binding: local.name });
    const blank = code.slice(statement.start, statement.end).replace(/[^\n]/g, ' ');
    body = body.slice(0, statement.start) + blank + body.slice(statement.end);
  }
  return { body, imports };
}

function toOutcome(settled: string | undefined, name: string): CallOutcome {
  if (settled === undefined) return { kind: 'never-returned' };
  const { value, error, stack = '' } = JSON.parse(settled) as Record<string, string>;
  if (error === undefined) return { kind: 'returned', value };
  if (error.startsWith('InternalError: out of memory')) return { kind: 'out-of-memory' };
  const start = stack.indexOf(`${name}:`);
  const [, line, column] = (start >= 0 && /^:(\d+):(\d+)/.exec(stack.slice(start + name.length))) || [];
  if (line === undefined) return { kind: 'threw', error };
  return { kind: 'threw', error, at: { line: Number(line) - 1, column: Number(column) } };
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
