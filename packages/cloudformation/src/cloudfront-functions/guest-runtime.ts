import { GUEST_BUFFER } from './guest-buffer';

/**
 * JavaScript that runs inside the sandbox: adds what the runtime of CloudFront functions has and QuickJS does not, and
 * removes what only QuickJS has (rows CFF-JS-01, CFF-JS-02 and CFF-JS-04).
 *
 * `(host, configJson, factory) => start`: the configuration is a {@link GuestConfig}, `factory` returns the function's
 * handler, `start(callJson)` makes one call. Text enters and leaves as JSON, bytes as array buffers.
 */
export const GUEST_RUNTIME = String.raw`(function (host, configJson, factory) {
  'use strict';
  const { builtins, store, unsupported } = JSON.parse(configJson);
  const isVersion1 = !builtins.globals.includes('Buffer');
  const { parse, stringify } = JSON;
  const { defineProperty } = Object;
  const define = (target, values) => {
    for (const name of Object.getOwnPropertyNames(values))
      defineProperty(target, name, { value: values[name], writable: true, configurable: true });
  };

  // Text is a string, bytes are a Uint8Array, a binary is a string of characters up to U+00FF.
  const encode = (text, encoding) => new Uint8Array(host.encode(stringify(text), encoding));
  const decode = (bytes, encoding) => parse(host.decode(bytes.slice().buffer, encoding));
  const toBinary = (bytes) => {
    let binary = '';
    for (let i = 0; i < bytes.length; i++) binary += String.fromCharCode(bytes[i]);
    return binary;
  };
  const fromBinary = (binary) => {
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  };
  const bytesOf = (data) => {
    if (typeof data === 'string') return encode(data, 'utf8');
    if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (data instanceof ArrayBuffer) return new Uint8Array(data);
    throw new TypeError('data is not a string or Buffer-like object');
  };
  const isLatin1 = (text) => {
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
    return true;
  };
  const isUtf8 = (bytes, text) => toBinary(encode(text, 'utf8')) === toBinary(bytes);

  const Buffer = isVersion1 ? undefined : (${GUEST_BUFFER})(encode, decode, define);

  // Modules.
  const DIGEST_ENCODINGS = ['hex', 'base64', 'base64url'];
  const hashOf = (algorithm, key) => {
    if (!['md5', 'sha1', 'sha256'].includes(String(algorithm)))
      throw new TypeError('not supported algorithm: "' + String(algorithm) + '"');
    let data = '';
    let isDone = false;
    const check = () => {
      if (isDone) throw new Error('Digest already called');
    };
    const hash = {
      update(part) {
        check();
        data += toBinary(bytesOf(part));
        return hash;
      },
      digest(encoding) {
        check();
        isDone = true;
        const digest = new Uint8Array(host.digest(String(algorithm), key, fromBinary(data).buffer));
        if (encoding === undefined) return Buffer ? Buffer.from(digest) : toBinary(digest);
        if (!DIGEST_ENCODINGS.includes(String(encoding)))
          throw new TypeError('Unknown digest encoding: "' + String(encoding) + '"');
        return decode(digest, String(encoding));
      },
    };
    return hash;
  };
  const crypto = {
    createHash: (algorithm) => hashOf(algorithm, undefined),
    createHmac: (algorithm, key) => hashOf(algorithm, bytesOf(key).slice().buffer),
  };

  const escape = (text) => encodeURIComponent(String(text));
  const unescape = (text) => {
    const binary = toBinary(encode(String(text), 'utf8')).replace(/%([0-9a-f]{2})/gi, (_, hex) =>
      String.fromCharCode(parseInt(hex, 16)));
    return decode(fromBinary(binary), 'utf8');
  };
  const parseQuery = (text, separator = '&', equal = '=', options = {}) => {
    const decodePart = options.decodeURIComponent ?? unescape;
    const maxKeys = options.maxKeys ?? 1000;
    const result = Object.create(null);
    const parts = String(text).split(separator).filter((part) => part !== '');
    for (const part of maxKeys > 0 ? parts.slice(0, maxKeys) : parts) {
      const plain = part.replace(/\+/g, ' ');
      const mark = plain.indexOf(equal);
      const key = decodePart(mark < 0 ? plain : plain.slice(0, mark));
      const value = mark < 0 ? '' : decodePart(plain.slice(mark + equal.length));
      const before = result[key];
      if (before === undefined) result[key] = value;
      else if (Array.isArray(before)) before.push(value);
      else result[key] = [before, value];
    }
    return result;
  };
  const stringifyQuery = (value, separator = '&', equal = '=', options = {}) => {
    const encodePart = options.encodeURIComponent ?? escape;
    const textOf = (one) => (['string', 'number', 'boolean'].includes(typeof one) ? String(one) : '');
    const pairs = [];
    for (const [key, given] of Object.entries(value ?? {}))
      for (const one of Array.isArray(given) ? given : [given])
        pairs.push(encodePart(key) + equal + encodePart(textOf(one)));
    return pairs.join(separator);
  };
  const querystring = {
    escape, unescape, parse: parseQuery, decode: parseQuery, stringify: stringifyQuery, encode: stringifyQuery,
  };

  const has = (key) => Object.keys(store.entries).includes(key);
  const kvs = {
    get: async (key, options = {}) => {
      if (!has(String(key))) throw new Error('KeyNotFound: the key value store has no key ' + String(key));
      const value = store.entries[String(key)];
      const format = options.format ?? 'string';
      if (format === 'string') return value;
      if (format === 'json') return parse(value);
      if (format === 'bytes') return Buffer.from(value);
      throw new TypeError('format must be string, json or bytes, not ' + format);
    },
    exists: async (key) => has(String(key)),
    count: async () => Object.keys(store.entries).length,
    meta: async () => ({
      creationDateTime: '1970-01-01T00:00:00Z',
      lastUpdatedDateTime: '1970-01-01T00:00:00Z',
      keyCount: Object.keys(store.entries).length,
    }),
  };
  const cloudfront = {
    kvs: (id) => {
      if (store === null) throw new Error('The function has no key value store');
      if (id === undefined || id === store.id) return kvs;
      throw new Error('The key value store of the function is ' + store.id + ', not ' + String(id));
    },
  };
  for (const name of unsupported)
    cloudfront[name] = () => {
      throw new Error('cf.' + name + ' is only available on AWS');
    };

  // The clock does not advance during a call; random numbers differ between calls.
  let startedAt = 0;
  const RealDate = Date;
  const { construct, deleteProperty } = Reflect;
  const FrozenDate = function Date(...values) {
    if (!new.target) return new RealDate(startedAt).toString();
    return construct(RealDate, values.length === 0 ? [startedAt] : values, new.target);
  };
  defineProperty(FrozenDate, 'prototype', { value: RealDate.prototype, writable: false });
  define(FrozenDate, { now: () => startedAt, parse: RealDate.parse, UTC: RealDate.UTC });
  define(RealDate.prototype, { constructor: FrozenDate });
  define(Math, { random: () => host.random() });

  // Code from strings is rejected.
  const rejectCode = () => {
    throw new EvalError('Code generation from strings is disallowed');
  };
  const NoFunction = function Function() {
    rejectCode();
  };
  defineProperty(NoFunction, 'prototype', { value: Function.prototype, writable: false });
  for (const sample of [function () {}, async function () {}, function* () {}, async function* () {}])
    defineProperty(Object.getPrototypeOf(sample), 'constructor', { value: NoFunction });

  const lineOf = (value) =>
    typeof value === 'object' && value !== null && !(value instanceof Error)
      ? (stringify(value) ?? String(value))
      : String(value);
  const modules = { __proto__: null, crypto, querystring, ...(Buffer && { buffer: { Buffer } }) };
  const require = (name) => {
    const found = modules[String(name)];
    if (found === undefined) throw new Error('Cannot load module "' + String(name) + '"');
    return found;
  };
  define(globalThis, {
    Date: FrozenDate, Function: NoFunction, eval: rejectCode, require,
    console: { log: (value) => host.log(stringify(lineOf(value))) },
  });

  if (isVersion1) {
    class MemoryError extends Error {}
    define(MemoryError.prototype, { name: 'MemoryError' });
    define(globalThis, { MemoryError });
    define(String, {
      bytesFrom: (data, encoding) => {
        if (Array.isArray(data)) return toBinary(new Uint8Array(data));
        if (!DIGEST_ENCODINGS.includes(String(encoding)))
          throw new TypeError('Unknown encoding: "' + String(encoding) + '"');
        return toBinary(encode(String(data), String(encoding)));
      },
    });
    define(String.prototype, {
      fromBytes(start = 0, end) {
        return this.slice(start, end);
      },
      fromUTF8(start = 0, end) {
        const bytes = fromBinary(this.slice(start, end));
        const text = decode(bytes, 'utf8');
        return isUtf8(bytes, text) ? text : null;
      },
      toBytes(start = 0, end) {
        const text = this.slice(start, end);
        return isLatin1(text) ? text : null;
      },
      toUTF8(start = 0, end) {
        return toBinary(encode(this.slice(start, end), 'utf8'));
      },
    });
  } else {
    class TextEncoder {
      encode(text = '') {
        return encode(String(text), 'utf8');
      }
      encodeInto(text, target) {
        let read = 0;
        let written = 0;
        for (const character of String(text)) {
          const bytes = encode(character, 'utf8');
          if (written + bytes.length > target.length) break;
          target.set(bytes, written);
          read += character.length;
          written += bytes.length;
        }
        return { read, written };
      }
    }
    class TextDecoder {
      constructor(label = 'utf-8', options = {}) {
        if (!['utf-8', 'utf8'].includes(label.toLowerCase()))
          throw new RangeError('The "' + label + '" encoding is not supported');
        this.encoding = 'utf-8';
        this.fatal = options.fatal === true;
        this.ignoreBOM = options.ignoreBOM === true;
      }
      decode(data) {
        const bytes = data === undefined ? new Uint8Array(0) : bytesOf(data);
        const text = decode(bytes, 'utf8');
        if (this.fatal && !isUtf8(bytes, text)) throw new TypeError('The encoded data was not valid');
        return !this.ignoreBOM && text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
      }
    }
    const atob = (text) => {
      const plain = String(text).replace(/[\t\n\f\r ]/g, '');
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain) || plain.replace(/=+$/, '').length % 4 === 1)
        throw new TypeError('the string to be decoded is not correctly encoded');
      return toBinary(encode(plain, 'base64'));
    };
    const btoa = (text) => {
      if (!isLatin1(String(text))) throw new TypeError('invalid character (>= U+00FF)');
      return decode(fromBinary(String(text)), 'base64');
    };
    define(globalThis, { Buffer, TextEncoder, TextDecoder, atob, btoa });
  }

  // Removes what the runtime does not have.
  const TypedArray = Object.getPrototypeOf(Uint8Array);
  const always = ['length', 'name', 'prototype', 'constructor', 'toString', 'valueOf'];
  for (const [path, names] of Object.entries(builtins.properties)) {
    let target = globalThis;
    for (const name of path.split('.')) target = name === 'TypedArray' ? TypedArray : target[name];
    for (const name of Object.getOwnPropertyNames(target))
      if (!always.includes(name) && !names.includes(name)) deleteProperty(target, name);
  }
  for (const name of Object.getOwnPropertyNames(globalThis))
    if (!builtins.globals.includes(name)) deleteProperty(globalThis, name);

  return (callJson) => {
    const { event, rawQuery, now } = parse(callJson);
    startedAt = now;
    defineProperty(event.request, 'rawQueryString', { value: () => (rawQuery === '' ? undefined : rawQuery) });
    const succeed = (value) => host.settle(stringify({ value }));
    const fail = (error) => {
      const isError = error instanceof Error;
      const text = isError || typeof error !== 'object' ? String(error) : (stringify(error) ?? 'null');
      host.settle(stringify({ error: text, stack: isError ? String(error.stack) : '' }));
    };
    try {
      const value = factory(cloudfront)(event);
      if (value instanceof Promise) value.then(succeed).then(undefined, fail);
      else succeed(value);
    } catch (error) {
      fail(error);
    }
  };
})`;

/** Configuration of the guest runtime. */
export interface GuestConfig {
  readonly builtins: {
    readonly globals: readonly string[];
    readonly properties: Readonly<Record<string, readonly string[]>>;
  };
  readonly store: { readonly id: string; readonly entries: Readonly<Record<string, string>> } | null;
  /** Functions of the `cloudfront` module that only AWS has. */
  readonly unsupported: readonly string[];
}
