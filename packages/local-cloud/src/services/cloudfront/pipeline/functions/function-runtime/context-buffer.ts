import type { ContextBytes } from './context-bytes';
import type { RuntimeHost } from './host';

/** A `Buffer` class of a context, with the methods that the runtime's documentation lists. */
export type ContextBuffer = (new (length: number) => Uint8Array) & {
  from(value: unknown, offsetOrEncoding?: unknown, length?: number): Uint8Array;
};

/** Runs inside a function's context, from its own source text: nothing outside the braces may be used. */
export function makeBuffer(host: RuntimeHost, bytes: ContextBytes): ContextBuffer {
  const ENCODINGS = ['utf8', 'utf-8', 'hex', 'base64', 'base64url'];
  const isEncoding = (encoding: unknown): boolean =>
    typeof encoding === 'string' && ENCODINGS.includes(encoding.toLowerCase());
  const encodingOf = (encoding: unknown): string => {
    if (encoding === undefined) return 'utf8';
    if (!isEncoding(encoding)) throw new TypeError(`"${String(encoding)}" encoding is not supported`);
    return String(encoding).toLowerCase();
  };
  const ofText = (text: string, encoding: unknown): Uint8Array =>
    bytes.fromBinary(host.encode(text, encodingOf(encoding)));
  const ofValue = (value: unknown, encoding: unknown): Uint8Array =>
    typeof value === 'string'
      ? ofText(value, encoding)
      : typeof value === 'number'
        ? Uint8Array.of(value)
        : bytes.of(value, (text) => text);

  const Buffer = class Buffer extends Uint8Array {};
  const copyOf = (source: ArrayLike<number>): Uint8Array => {
    const copy = new Buffer(source.length);
    for (let i = 0; i < source.length; i++) copy[i] = source[i] as number;
    return copy;
  };
  const from = (value: unknown, offsetOrEncoding?: unknown, length?: number): Uint8Array => {
    if (typeof value === 'string') return copyOf(ofText(value, offsetOrEncoding));
    if (value instanceof ArrayBuffer)
      return new Buffer(value, offsetOrEncoding as number | undefined, length);
    if (typeof value === 'object' && value !== null) {
      if (Array.isArray(value) || ArrayBuffer.isView(value)) return copyOf(value as ArrayLike<number>);
      const { type, data } = value as { type?: unknown; data?: unknown };
      if (type === 'Buffer' && Array.isArray(data)) return copyOf(data as number[]);
      const primitive: unknown = (value as object).valueOf();
      if (primitive !== value) return from(primitive, offsetOrEncoding, length);
    }
    throw new TypeError('first argument is not a string or Buffer-like object');
  };
  const order = (one: Uint8Array, other: Uint8Array): number => {
    const shared = Math.min(one.length, other.length);
    for (let i = 0; i < shared; i++) {
      const difference = (one[i] as number) - (other[i] as number);
      if (difference !== 0) return Math.sign(difference);
    }
    return Math.sign(one.length - other.length);
  };
  const isAt = (hay: Uint8Array, needle: Uint8Array, at: number): boolean => {
    for (let i = 0; i < needle.length; i++) if (hay[at + i] !== needle[i]) return false;
    return true;
  };
  const search = (hay: Uint8Array, needle: Uint8Array, start: number, step: 1 | -1): number => {
    const last = hay.length - needle.length;
    for (let at = Math.min(start, last); at >= 0 && at <= last; at += step) {
      if (isAt(hay, needle, at)) return at;
    }
    return -1;
  };
  /** An offset from the end when negative, as in every search of JavaScript. */
  const offsetIn = (length: number, offset: number): number =>
    offset < 0 ? Math.max(0, length + offset) : offset;
  const checkRange = (buffer: Uint8Array, offset: number, size: number): void => {
    if (!(offset >= 0) || offset + size > buffer.length) {
      throw new RangeError(`index ${offset} is outside the bound of the buffer`);
    }
  };
  const viewOf = (buffer: Uint8Array, offset: number, size: number): DataView => {
    checkRange(buffer, offset, size);
    return new DataView(buffer.buffer, buffer.byteOffset + offset, size);
  };
  const swap = (buffer: Uint8Array, size: number): Uint8Array => {
    if (buffer.length % size !== 0)
      throw new RangeError(`Buffer size must be a multiple of ${size * 8}-bits`);
    for (let at = 0; at < buffer.length; at += size) buffer.subarray(at, at + size).reverse();
    return buffer;
  };

  type Method = (this: Uint8Array, ...values: never[]) => unknown;
  const define = (target: object, methods: Readonly<Record<string, Method>>): void => {
    for (const name of Object.keys(methods)) {
      Object.defineProperty(target, name, { value: methods[name], writable: true, configurable: true });
    }
  };

  define(Buffer, {
    alloc: (size: number, fill?: unknown, encoding?: unknown) => {
      const buffer = new Buffer(size) as Uint8Array & { fill: (...values: unknown[]) => unknown };
      if (fill !== undefined) buffer.fill(fill, 0, size, encoding);
      return buffer;
    },
    allocUnsafe: (size: number) => new Buffer(size),
    byteLength: (value: unknown, encoding?: unknown) => ofValue(value, encoding).length,
    compare: (one: Uint8Array, other: Uint8Array) => order(one, other),
    concat: (list: readonly Uint8Array[], totalLength?: number) => {
      const length = totalLength ?? list.reduce((sum, one) => sum + one.length, 0);
      const whole = new Buffer(length);
      let at = 0;
      for (const one of list) {
        for (let i = 0; i < one.length && at < length; i++) whole[at++] = one[i] as number;
      }
      return whole;
    },
    from,
    isBuffer: (value: unknown) => value instanceof Buffer,
    isEncoding,
  });

  define(Buffer.prototype, {
    compare(
      this: Uint8Array,
      target: Uint8Array,
      start = 0,
      end = target.length,
      ownStart = 0,
      ownEnd = this.length,
    ) {
      return order(this.subarray(ownStart, ownEnd), target.subarray(start, end));
    },
    copy(this: Uint8Array, target: Uint8Array, targetStart = 0, start = 0, end = this.length) {
      const part = this.subarray(start, Math.min(end, start + target.length - targetStart));
      target.set(part, targetStart);
      return part.length;
    },
    equals(other: Uint8Array) {
      return order(this, other) === 0;
    },
    fill(this: Uint8Array, value: unknown, offset = 0, end = this.length, encoding?: unknown) {
      const pattern = ofValue(value, encoding);
      for (let i = offset; i < end; i++) {
        this[i] = pattern.length === 0 ? 0 : (pattern[(i - offset) % pattern.length] as number);
      }
      return this;
    },
    includes(value: unknown, offset = 0, encoding?: unknown) {
      return search(this, ofValue(value, encoding), offsetIn(this.length, offset), 1) >= 0;
    },
    indexOf(value: unknown, offset = 0, encoding?: unknown) {
      return search(this, ofValue(value, encoding), offsetIn(this.length, offset), 1);
    },
    lastIndexOf(this: Uint8Array, value: unknown, offset = this.length, encoding?: unknown) {
      return search(this, ofValue(value, encoding), offsetIn(this.length, offset), -1);
    },
    swap16() {
      return swap(this, 2);
    },
    swap32() {
      return swap(this, 4);
    },
    swap64() {
      return swap(this, 8);
    },
    toJSON() {
      return { type: 'Buffer', data: Array.prototype.slice.call(this) as number[] };
    },
    toString(this: Uint8Array, encoding?: unknown, start = 0, end = this.length) {
      return host.decode(bytes.toBinary(this.subarray(start, end)), encodingOf(encoding));
    },
    write(this: Uint8Array, text: string, offset: unknown = 0, length?: unknown, encoding?: unknown) {
      const isShort = typeof offset === 'string';
      const at = isShort ? 0 : Number(offset);
      const room = typeof length === 'number' ? length : this.length - at;
      const given = isShort ? offset : typeof length === 'string' ? length : encoding;
      const part = ofText(text, given).subarray(0, Math.max(0, Math.min(room, this.length - at)));
      this.set(part, at);
      return part.length;
    },
  });

  const readInteger = (buffer: Uint8Array, at: number, size: number, isLittle: boolean): number => {
    if (!(size >= 1 && size <= 6)) throw new RangeError('byteLength must be from 1 to 6');
    checkRange(buffer, at, size);
    let value = 0;
    for (let i = 0; i < size; i++)
      value = value * 256 + (buffer[isLittle ? at + size - 1 - i : at + i] as number);
    return value;
  };
  for (const isLittle of [true, false]) {
    const suffix = isLittle ? 'LE' : 'BE';
    define(Buffer.prototype, {
      [`readUInt${suffix}`](at: number, size: number) {
        return readInteger(this, at, size, isLittle);
      },
      [`readInt${suffix}`](at: number, size: number) {
        const value = readInteger(this, at, size, isLittle);
        return value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value;
      },
      ...Object.fromEntries(
        ['UInt', 'Int'].map((kind) => [
          `write${kind}${suffix}`,
          function (this: Uint8Array, value: number, at: number, size: number) {
            if (!(size >= 1 && size <= 6)) throw new RangeError('byteLength must be from 1 to 6');
            checkRange(this, at, size);
            let rest = value < 0 ? value + 2 ** (8 * size) : value;
            for (let i = 0; i < size; i++) {
              this[isLittle ? at + i : at + size - 1 - i] = rest % 256;
              rest = Math.floor(rest / 256);
            }
            return at + size;
          },
        ]),
      ),
    });
  }
  const numbers: readonly [name: string, type: string, size: number][] = [
    ['Int8', 'Int8', 1],
    ['UInt8', 'Uint8', 1],
    ['Int16', 'Int16', 2],
    ['UInt16', 'Uint16', 2],
    ['Int32', 'Int32', 4],
    ['UInt32', 'Uint32', 4],
    ['Float', 'Float32', 4],
    ['Double', 'Float64', 8],
  ];
  type Accessors = Readonly<Record<string, (at: number, ...rest: unknown[]) => number>>;
  for (const [name, type, size] of numbers) {
    for (const suffix of size === 1 ? [''] : ['LE', 'BE']) {
      define(Buffer.prototype, {
        [`read${name}${suffix}`](at = 0) {
          const view = viewOf(this, at, size) as unknown as Accessors;
          return view[`get${type}`]?.(0, suffix === 'LE');
        },
        [`write${name}${suffix}`](value: number, at = 0) {
          const view = viewOf(this, at, size) as unknown as Accessors;
          view[`set${type}`]?.(0, value, suffix === 'LE');
          return at + size;
        },
      });
    }
  }
  return Buffer as unknown as ContextBuffer;
}
