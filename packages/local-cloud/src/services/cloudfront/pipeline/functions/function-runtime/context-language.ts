import type { Builtins } from '@spa-on-aws/cloudformation';
import type { ContextBuffer } from './context-buffer';
import type { ContextBytes } from './context-bytes';
import type { RuntimeHost } from './host';

/** Runs inside a function's context, from its own source text: nothing outside the braces may be used. */
export function installDate(host: RuntimeHost): void {
  const RealDate = Date;
  const { construct } = Reflect;
  /** All of a call happens at the moment it started (row CFF-JS-04). */
  const FrozenDate = function (this: unknown, ...values: unknown[]): unknown {
    if (!new.target) return new RealDate(host.startedAt()).toString();
    return construct(RealDate, values.length === 0 ? [host.startedAt()] : values, new.target);
  };
  Object.defineProperty(FrozenDate, 'name', { value: 'Date' });
  Object.defineProperty(FrozenDate, 'prototype', { value: RealDate.prototype, writable: false });
  Object.assign(FrozenDate, { now: () => host.startedAt(), parse: RealDate.parse, UTC: RealDate.UTC });
  Object.defineProperty(RealDate.prototype, 'constructor', {
    value: FrozenDate,
    writable: true,
    configurable: true,
  });
  Object.defineProperty(globalThis, 'Date', { value: FrozenDate, writable: true, configurable: true });
}

/** Runs inside a function's context, from its own source text: nothing outside the braces may be used. */
export function installText(host: RuntimeHost, bytes: ContextBytes, Buffer: ContextBuffer): void {
  class TextEncoder {
    encode(text = ''): Uint8Array {
      return bytes.fromBinary(host.encode(String(text), 'utf8'));
    }
    encodeInto(text: string, target: Uint8Array): { read: number; written: number } {
      let read = 0;
      let written = 0;
      for (const character of String(text)) {
        const encoded = bytes.fromBinary(host.encode(character, 'utf8'));
        if (written + encoded.length > target.length) break;
        target.set(encoded, written);
        read += character.length;
        written += encoded.length;
      }
      return { read, written };
    }
  }
  class TextDecoder {
    declare readonly encoding: string;
    declare readonly fatal: boolean;
    declare readonly ignoreBOM: boolean;
    constructor(label = 'utf-8', options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
      if (!['utf-8', 'utf8'].includes(label.toLowerCase())) {
        throw new RangeError(`The "${label}" encoding is not supported`);
      }
      Object.assign(this, {
        encoding: 'utf-8',
        fatal: options.fatal === true,
        ignoreBOM: options.ignoreBOM === true,
      });
    }
    decode(data?: unknown): string {
      const binary = data === undefined ? '' : bytes.toBinary(bytes.of(data, (text) => text));
      const text = host.decode(binary, 'utf8');
      if (this.fatal && host.encode(text, 'utf8') !== binary) {
        throw new TypeError('The encoded data was not valid');
      }
      return !this.ignoreBOM && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    }
  }
  const atob = (text: unknown): string => {
    const plain = String(text).replace(/[\t\n\f\r ]/g, '');
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain) || plain.replace(/=+$/, '').length % 4 === 1) {
      throw new TypeError('the string to be decoded is not correctly encoded');
    }
    return host.encode(plain, 'base64');
  };
  const btoa = (text: unknown): string => {
    const binary = String(text);
    for (let i = 0; i < binary.length; i++) {
      if (binary.charCodeAt(i) > 0xff) throw new TypeError('invalid character (>= U+00FF)');
    }
    return host.decode(binary, 'base64');
  };
  for (const [name, value] of Object.entries({ Buffer, TextEncoder, TextDecoder, atob, btoa })) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }
}

/** The string methods that only runtime 1.0 has. Runs inside a function's context, from its own source text. */
export function installByteStrings(host: RuntimeHost, bytes: ContextBytes): void {
  const define = (target: object, methods: Readonly<Record<string, unknown>>): void => {
    for (const name of Object.keys(methods)) {
      Object.defineProperty(target, name, { value: methods[name], writable: true, configurable: true });
    }
  };
  define(String, {
    bytesFrom: (data: unknown, encoding?: unknown) => {
      if (Array.isArray(data)) return bytes.toBinary(Uint8Array.from(data as number[]));
      if (!['hex', 'base64', 'base64url'].includes(String(encoding))) {
        throw new TypeError(`Unknown encoding: "${String(encoding)}"`);
      }
      return host.encode(String(data), String(encoding));
    },
  });
  define(String.prototype, {
    fromBytes(this: string, start = 0, end?: number) {
      return this.slice(start, end);
    },
    fromUTF8(this: string, start = 0, end?: number) {
      const binary = this.slice(start, end);
      const text = host.decode(binary, 'utf8');
      return host.encode(text, 'utf8') === binary ? text : null;
    },
    toBytes(this: string, start = 0, end?: number) {
      const text = this.slice(start, end);
      for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return null;
      return text;
    },
    toUTF8(this: string, start = 0, end?: number) {
      return host.encode(this.slice(start, end), 'utf8');
    },
  });
}

/**
 * Takes away what the runtime does not have (rows CFF-JS-01 and CFF-JS-02). Runs inside a function's context, from
 * its own source text: nothing outside the braces may be used.
 */
export function prune(builtinsJson: string): void {
  const builtins = JSON.parse(builtinsJson) as Builtins;
  const scope = globalThis as unknown as Record<string, unknown>;
  const { deleteProperty } = Reflect;
  const typedArray = Object.getPrototypeOf(Uint8Array) as unknown;
  const objectAt = (path: string): object => {
    let value: unknown = scope;
    for (const name of path.split('.')) {
      value = name === 'TypedArray' ? typedArray : (value as Record<string, unknown>)[name];
    }
    return value as object;
  };
  const always = ['length', 'name', 'prototype', 'constructor', 'toString', 'valueOf'];
  for (const path of Object.keys(builtins.properties)) {
    const target = objectAt(path) as Record<string, unknown>;
    for (const name of Object.getOwnPropertyNames(target)) {
      if (!always.includes(name) && !builtins.properties[path]?.includes(name)) deleteProperty(target, name);
    }
  }
  for (const name of ['InternalError', 'MemoryError']) {
    if (!builtins.globals.includes(name)) continue;
    const value = class extends Error {};
    Object.defineProperty(value, 'name', { value: name });
    Object.defineProperty(value.prototype, 'name', { value: name, writable: true, configurable: true });
    Object.defineProperty(scope, name, { value, writable: true, configurable: true });
  }
  for (const name of Object.getOwnPropertyNames(scope)) {
    if (!builtins.globals.includes(name)) deleteProperty(scope, name);
  }
}

/** How a call is started inside a context. */
export type Invoke = (factory: (cloudfront: unknown) => (event: unknown) => unknown) => void;

/** Readies a context for its next call. */
export type Begin = (eventJson: string, rawQuery: string) => void;

/**
 * Sets up `console` and `require`, and what starts a call. Runs inside a function's context, from its own source
 * text: nothing outside the braces may be used.
 *
 * @param modules what `require` gives, by name
 * @param cloudfront what `import cf from 'cloudfront'` gives
 */
export function installCall(
  host: RuntimeHost,
  modules: Readonly<Record<string, unknown>>,
  cloudfront: unknown,
): Begin {
  const { stringify, parse } = JSON;
  const { defineProperty } = Object;
  const define = (name: string, value: unknown): void => {
    defineProperty(globalThis, name, { value, writable: true, configurable: true });
  };
  const textOf = (value: unknown): string =>
    typeof value === 'object' && value !== null && !(value instanceof Error)
      ? (stringify(value) ?? String(value))
      : String(value);
  define('console', { log: (value: unknown) => host.log(textOf(value)) });
  define('require', (name: unknown) => {
    const found = modules[String(name)];
    if (found === undefined) throw new Error(`Cannot load module "${String(name)}"`);
    return found;
  });
  return (eventJson, rawQuery) => {
    const invoke: Invoke = (factory) => {
      delete (globalThis as unknown as Record<string, unknown>)['__invoke'];
      const call = async (): Promise<unknown> => {
        const handler = factory(cloudfront);
        const event = parse(eventJson) as { request: object };
        defineProperty(event.request, 'rawQueryString', {
          value: () => (rawQuery === '' ? undefined : rawQuery),
        });
        return handler(event);
      };
      call()
        .then((value) => stringify({ value }))
        .then(
          (json) => host.settle(json),
          (error: unknown) => {
            const isError = error instanceof Error;
            const text = isError || typeof error !== 'object' ? String(error) : (stringify(error) ?? 'null');
            host.settle(stringify({ error: text, stack: isError ? String(error.stack) : '' }));
          },
        );
    };
    define('__invoke', invoke);
  };
}
