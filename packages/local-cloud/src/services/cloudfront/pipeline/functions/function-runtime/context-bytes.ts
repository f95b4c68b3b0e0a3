/** Bytes as strings of characters up to U+00FF, the form in which they cross the border of a context. */
export interface ContextBytes {
  toBinary(bytes: Uint8Array): string;
  fromBinary(binary: string): Uint8Array<ArrayBuffer>;
  /** Bytes of a string in UTF-8, of a typed array, of a view or of an array buffer. */
  of(data: unknown, toUtf8: (text: string) => string): Uint8Array;
}

/** Runs inside a function's context, from its own source text: nothing outside the braces may be used. */
export function makeBytes(): ContextBytes {
  const bytes: ContextBytes = {
    toBinary(view) {
      let binary = '';
      for (let i = 0; i < view.length; i++) binary += String.fromCharCode(view[i] as number);
      return binary;
    },
    fromBinary(binary) {
      const view = new Uint8Array(binary.length);
      for (let i = 0; i < binary.length; i++) view[i] = binary.charCodeAt(i);
      return view;
    },
    of(data, toUtf8) {
      if (typeof data === 'string') return bytes.fromBinary(toUtf8(data));
      if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      if (data instanceof ArrayBuffer) return new Uint8Array(data);
      throw new TypeError('data is not a string or Buffer-like object');
    },
  };
  return bytes;
}
