export const FUNCTION_RUNTIMES = ['cloudfront-js-1.0', 'cloudfront-js-2.0'] as const;

export type FunctionRuntime = (typeof FUNCTION_RUNTIMES)[number];

/** Built-ins of a runtime: an allow-list (rows CFF-JS-01 and CFF-JS-02). */
export interface Builtins {
  readonly globals: readonly string[];
  /** Modules that `require` returns. */
  readonly modules: readonly string[];
  /** Properties of built-in objects, by the object's path, e.g. `Array.prototype`; objects that are not listed are complete. */
  readonly properties: Readonly<Record<string, readonly string[]>>;
}

const words = (text: string): string[] => text.trim().split(/\s+/);

const TYPED_ARRAYS = words(`Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array
  Uint8ClampedArray Uint16Array Uint32Array`);

const GLOBALS =
  words(`Object Function Array String Number Boolean Symbol Date Promise RegExp JSON Math ArrayBuffer
  Error EvalError InternalError RangeError ReferenceError SyntaxError TypeError URIError
  globalThis decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt
  NaN Infinity undefined console require eval`).concat(TYPED_ARRAYS);

const OBJECT = words(`assign create defineProperties defineProperty entries freeze getOwnPropertyDescriptor
  getOwnPropertyDescriptors getOwnPropertyNames getPrototypeOf is isExtensible isFrozen isSealed keys
  preventExtensions seal setPrototypeOf values`);

const STRING_PROTOTYPE =
  words(`charAt charCodeAt concat indexOf lastIndexOf match replace search slice split substr
  substring toLowerCase toUpperCase trim codePointAt endsWith includes repeat startsWith padStart padEnd trimStart
  trimEnd`);

const ARRAY_PROTOTYPE =
  words(`concat every filter forEach indexOf join lastIndexOf map pop push reduce reduceRight
  reverse shift slice some sort splice unshift copyWithin fill find findIndex includes`);

const TYPED_ARRAY_FIELDS = words('buffer byteLength byteOffset');

const MATH =
  words(`E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos acosh asin asinh atan atan2 atanh cbrt ceil
  clz32 cos cosh exp expm1 floor fround hypot imul log log1p log2 log10 max min pow random round sign sinh sin sqrt
  tan tanh trunc`);

const COMMON: Builtins['properties'] = {
  Object: OBJECT,
  'Object.prototype': ['__proto__', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable'],
  RegExp: [],
  Error: [],
  Array: ['isArray', 'of'],
  'Array.prototype': ARRAY_PROTOTYPE,
  String: ['fromCharCode', 'fromCodePoint'],
  JSON: ['parse', 'stringify'],
  Math: MATH,
  ArrayBuffer: ['isView'],
  'ArrayBuffer.prototype': ['byteLength', 'slice'],
  'Promise.prototype': ['catch', 'finally', 'then'],
};

/** Built-ins by runtime, from the developer guide ("JavaScript runtime 2.0 features" and "… 1.0 features"). */
export const BUILTINS: Readonly<Record<FunctionRuntime, Builtins>> = {
  'cloudfront-js-1.0': {
    globals: [...GLOBALS, 'MemoryError'],
    modules: ['crypto', 'querystring'],
    properties: {
      ...COMMON,
      String: ['fromCharCode', 'fromCodePoint', 'bytesFrom'],
      'String.prototype': [...STRING_PROTOTYPE, ...words('fromBytes fromUTF8 toBytes toUTF8')],
      Promise: ['reject', 'resolve'],
      Symbol: [],
      TypedArray: [],
      'TypedArray.prototype': [...words('copyWithin fill join set slice subarray'), ...TYPED_ARRAY_FIELDS],
    },
  },
  'cloudfront-js-2.0': {
    globals: [...GLOBALS, ...words('Buffer atob btoa DataView TextDecoder TextEncoder')],
    modules: ['crypto', 'querystring', 'buffer'],
    properties: {
      ...COMMON,
      'String.prototype': [...STRING_PROTOTYPE, 'replaceAll'],
      Promise: words('all allSettled any race reject resolve'),
      Symbol: ['for', 'keyFor'],
      TypedArray: ['from', 'of'],
      'TypedArray.prototype': [
        ...words(`copyWithin every fill filter find findIndex forEach includes indexOf join lastIndexOf map reduce
          reduceRight reverse some set slice sort subarray`),
        ...TYPED_ARRAY_FIELDS,
      ],
    },
  },
};
