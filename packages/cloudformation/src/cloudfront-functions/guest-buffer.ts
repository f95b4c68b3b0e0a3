/**
 * The `Buffer` class of runtime 2.0, with the methods that its documentation lists: JavaScript that runs inside the
 * sandbox, `(encode, decode, define) => Buffer`.
 */
export const GUEST_BUFFER = String.raw`function (encode, decode, define) {
  const ENCODINGS = ['utf8', 'utf-8', 'hex', 'base64', 'base64url'];
  const isEncoding = (encoding) => typeof encoding === 'string' && ENCODINGS.includes(encoding.toLowerCase());
  const encodingOf = (encoding = 'utf8') => {
    if (!isEncoding(encoding)) throw new TypeError('"' + String(encoding) + '" encoding is not supported');
    return encoding.toLowerCase();
  };
  const bytesOf = (value, encoding) => {
    if (typeof value === 'string') return encode(value, encodingOf(encoding));
    if (typeof value === 'number') return new Uint8Array([value]);
    if (value instanceof ArrayBuffer) return new Uint8Array(value);
    if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    throw new TypeError('data is not a string or Buffer-like object');
  };
  class Buffer extends Uint8Array {}
  const from = (value, offsetOrEncoding, length) => {
    if (typeof value === 'string') return new Buffer(bytesOf(value, offsetOrEncoding));
    if (value instanceof ArrayBuffer) return new Buffer(value, offsetOrEncoding, length);
    if (typeof value === 'object' && value !== null) {
      if (Array.isArray(value) || ArrayBuffer.isView(value)) return new Buffer(value);
      if (value.type === 'Buffer' && Array.isArray(value.data)) return new Buffer(value.data);
      const primitive = value.valueOf();
      if (primitive !== value) return from(primitive, offsetOrEncoding, length);
    }
    throw new TypeError('first argument is not a string or Buffer-like object');
  };
  const compare = (one, other) => {
    const shared = Math.min(one.length, other.length);
    for (let i = 0; i < shared; i++) if (one[i] !== other[i]) return Math.sign(one[i] - other[i]);
    return Math.sign(one.length - other.length);
  };
  const search = (hay, value, encoding, offset, step) => {
    const needle = bytesOf(value, encoding);
    const last = hay.length - needle.length;
    const start = offset < 0 ? Math.max(0, hay.length + offset) : offset;
    for (let at = Math.min(start, last); at >= 0 && at <= last; at += step)
      if (compare(hay.subarray(at, at + needle.length), needle) === 0) return at;
    return -1;
  };
  const checkRange = (buffer, offset, size) => {
    if (!(offset >= 0) || offset + size > buffer.length)
      throw new RangeError('index ' + offset + ' is outside the bound of the buffer');
  };
  const checkSize = (size) => {
    if (!(size >= 1 && size <= 6)) throw new RangeError('byteLength must be from 1 to 6');
  };
  const reverse = Uint8Array.prototype.reverse;
  const swap = (buffer, size) => {
    if (buffer.length % size !== 0)
      throw new RangeError('Buffer size must be a multiple of ' + size * 8 + '-bits');
    for (let at = 0; at < buffer.length; at += size) reverse.call(buffer.subarray(at, at + size));
    return buffer;
  };

  define(Buffer, {
    alloc: (size, fill, encoding) => {
      const buffer = new Buffer(size);
      return fill === undefined ? buffer : buffer.fill(fill, 0, size, encoding);
    },
    allocUnsafe: (size) => new Buffer(size),
    byteLength: (value, encoding) => bytesOf(value, encoding).length,
    compare,
    concat: (list, totalLength = list.reduce((sum, one) => sum + one.length, 0)) => {
      const whole = new Buffer(totalLength);
      let at = 0;
      for (const one of list) {
        const part = one.subarray(0, totalLength - at);
        whole.set(part, at);
        at += part.length;
      }
      return whole;
    },
    from,
    isBuffer: (value) => value instanceof Buffer,
    isEncoding,
  });
  define(Buffer.prototype, {
    compare(target, start = 0, end = target.length, ownStart = 0, ownEnd = this.length) {
      return compare(this.subarray(ownStart, ownEnd), target.subarray(start, end));
    },
    copy(target, targetStart = 0, start = 0, end = this.length) {
      const part = this.subarray(start, Math.min(end, start + target.length - targetStart));
      target.set(part, targetStart);
      return part.length;
    },
    equals(other) {
      return compare(this, other) === 0;
    },
    fill(value, offset = 0, end = this.length, encoding) {
      const pattern = bytesOf(value, encoding);
      for (let i = offset; i < end; i++)
        this[i] = pattern.length === 0 ? 0 : pattern[(i - offset) % pattern.length];
      return this;
    },
    includes(value, offset = 0, encoding) {
      return search(this, value, encoding, offset, 1) >= 0;
    },
    indexOf(value, offset = 0, encoding) {
      return search(this, value, encoding, offset, 1);
    },
    lastIndexOf(value, offset = this.length, encoding) {
      return search(this, value, encoding, offset, -1);
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
      return { type: 'Buffer', data: Array.prototype.slice.call(this) };
    },
    toString(encoding, start = 0, end = this.length) {
      return decode(this.subarray(start, end), encodingOf(encoding));
    },
    write(text, offset = 0, length, encoding) {
      const isShort = typeof offset === 'string';
      const at = isShort ? 0 : Number(offset);
      const room = typeof length === 'number' ? length : this.length - at;
      const given = isShort ? offset : typeof length === 'string' ? length : encoding;
      const part = bytesOf(text, given).subarray(0, Math.max(0, Math.min(room, this.length - at)));
      this.set(part, at);
      return part.length;
    },
  });
  for (const suffix of ['LE', 'BE']) {
    const place = (at, size, i) => (suffix === 'LE' ? at + i : at + size - 1 - i);
    const write = function (value, at, size) {
      checkSize(size);
      checkRange(this, at, size);
      let rest = value < 0 ? value + 2 ** (8 * size) : value;
      for (let i = 0; i < size; i++) {
        this[place(at, size, i)] = rest % 256;
        rest = Math.floor(rest / 256);
      }
      return at + size;
    };
    const read = function (at, size) {
      checkSize(size);
      checkRange(this, at, size);
      let value = 0;
      for (let i = size - 1; i >= 0; i--) value = value * 256 + this[place(at, size, i)];
      return value;
    };
    define(Buffer.prototype, {
      ['readUInt' + suffix]: read,
      ['readInt' + suffix](at, size) {
        const value = read.call(this, at, size);
        return value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value;
      },
      ['writeUInt' + suffix]: write,
      ['writeInt' + suffix]: write,
    });
  }
  const numbers = [
    ['Int8', 'Int8', 1], ['UInt8', 'Uint8', 1], ['Int16', 'Int16', 2], ['UInt16', 'Uint16', 2],
    ['Int32', 'Int32', 4], ['UInt32', 'Uint32', 4], ['Float', 'Float32', 4], ['Double', 'Float64', 8],
  ];
  const viewOf = (buffer, offset, size) => {
    checkRange(buffer, offset, size);
    return new DataView(buffer.buffer, buffer.byteOffset + offset, size);
  };
  for (const [name, type, size] of numbers)
    for (const suffix of size === 1 ? [''] : ['LE', 'BE'])
      define(Buffer.prototype, {
        ['read' + name + suffix](at = 0) {
          return viewOf(this, at, size)['get' + type](0, suffix === 'LE');
        },
        ['write' + name + suffix](value, at = 0) {
          viewOf(this, at, size)['set' + type](0, value, suffix === 'LE');
          return at + size;
        },
      });
  return Buffer;
}`;
