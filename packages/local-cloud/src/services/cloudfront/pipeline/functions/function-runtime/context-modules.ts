import type { ContextBuffer } from './context-buffer';
import type { ContextBytes } from './context-bytes';
import type { RuntimeHost } from './host';

/** Runs inside a function's context, from its own source text: nothing outside the braces may be used. */
export function makeCrypto(
  host: RuntimeHost,
  bytes: ContextBytes,
  /** The class of a digest without encoding; runtime 1.0 has none and gives a string of bytes. */
  Buffer: ContextBuffer | undefined,
): object {
  const toUtf8 = (text: string): string => host.encode(text, 'utf8');
  const hashOf = (algorithm: unknown, key: string | undefined): object => {
    if (!['md5', 'sha1', 'sha256'].includes(String(algorithm))) {
      throw new TypeError(`not supported algorithm: "${String(algorithm)}"`);
    }
    let data = '';
    let isDone = false;
    const check = (): void => {
      if (isDone) throw new Error('Digest already called');
    };
    const hash = {
      update(part: unknown) {
        check();
        data += bytes.toBinary(bytes.of(part, toUtf8));
        return hash;
      },
      digest(encoding?: unknown) {
        check();
        isDone = true;
        const digest = host.digest(String(algorithm), key, data);
        if (encoding === undefined) return Buffer ? Buffer.from(bytes.fromBinary(digest)) : digest;
        if (!['hex', 'base64', 'base64url'].includes(String(encoding))) {
          throw new TypeError(`Unknown digest encoding: "${String(encoding)}"`);
        }
        return host.decode(digest, String(encoding));
      },
    };
    return hash;
  };
  return {
    createHash: (algorithm: unknown) => hashOf(algorithm, undefined),
    createHmac: (algorithm: unknown, key: unknown) =>
      hashOf(algorithm, bytes.toBinary(bytes.of(key, toUtf8))),
  };
}

/** Runs inside a function's context, from its own source text: nothing outside the braces may be used. */
export function makeQuerystring(host: RuntimeHost): object {
  type Options = { decodeURIComponent?: (text: string) => string; maxKeys?: number } & {
    encodeURIComponent?: (text: string) => string;
  };
  const escape = (text: unknown): string => encodeURIComponent(String(text));
  /** Bytes that are no UTF-8 become U+FFFD. */
  const unescape = (text: unknown): string => {
    const binary = host
      .encode(String(text), 'utf8')
      .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return host.decode(binary, 'utf8');
  };
  const parse = (text: unknown, separator = '&', equal = '=', options: Options = {}): object => {
    const decode = options.decodeURIComponent ?? unescape;
    const maxKeys = options.maxKeys ?? 1000;
    const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const parts = String(text)
      .split(separator)
      .filter((part) => part !== '');
    for (const part of maxKeys > 0 ? parts.slice(0, maxKeys) : parts) {
      const plain = part.replace(/\+/g, ' ');
      const mark = plain.indexOf(equal);
      const key = decode(mark < 0 ? plain : plain.slice(0, mark));
      const value = mark < 0 ? '' : decode(plain.slice(mark + equal.length));
      const before = result[key];
      if (before === undefined) result[key] = value;
      else if (Array.isArray(before)) before.push(value);
      else result[key] = [before, value];
    }
    return result;
  };
  const stringify = (value: unknown, separator = '&', equal = '=', options: Options = {}): string => {
    const encode = options.encodeURIComponent ?? escape;
    const textOf = (one: unknown): string =>
      ['string', 'number', 'boolean'].includes(typeof one) ? String(one) : '';
    const pairs: string[] = [];
    for (const [key, given] of Object.entries((value ?? {}) as object)) {
      const values: readonly unknown[] = Array.isArray(given) ? given : [given];
      values.forEach((one) => pairs.push(encode(key) + equal + encode(textOf(one))));
    }
    return pairs.join(separator);
  };
  return { escape, unescape, parse, decode: parse, stringify, encode: stringify };
}

/** What `require` gives, by name. Runs inside a function's context, from its own source text. */
export function makeModules(
  crypto: object,
  querystring: object,
  Buffer: ContextBuffer | undefined,
): Readonly<Record<string, unknown>> {
  const modules = Object.create(null) as Record<string, unknown>;
  Object.assign(modules, { crypto, querystring });
  if (Buffer) modules['buffer'] = { Buffer };
  return modules;
}
