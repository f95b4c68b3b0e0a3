/** Bytes `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const MAX_RANGES = 100;

interface Spec {
  /** `undefined` in a suffix range (`-500`). */
  readonly first: number | undefined;
  /** In a suffix range how many bytes; `undefined` when open (`500-`). */
  readonly last: number | undefined;
}

/**
 * Whether a `Range` header means something: byte ranges that parse, in ascending order and without overlap. A server
 * ignores any other (RFC 9110, section 14.2; row CF-RANGE-02).
 */
export function isUsableRange(header: string): boolean {
  return parse(header) !== undefined;
}

/**
 * The part of a representation that a `Range` header asks for.
 *
 * @param size of the representation, in bytes
 * @returns `whole` when the header is absent, ignored, or asks for several parts
 */
export function selectRange(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const specs = header === undefined ? undefined : parse(header);
  const [spec] = specs ?? [];
  if (!spec || (specs?.length ?? 0) > 1) return 'whole';
  if (spec.first === undefined) {
    if (spec.last === 0 || size === 0) return 'unsatisfiable';
    return { start: Math.max(0, size - (spec.last ?? 0)), end: size - 1 };
  }
  if (spec.first >= size) return 'unsatisfiable';
  return { start: spec.first, end: Math.min(spec.last ?? size - 1, size - 1) };
}

function parse(header: string): readonly Spec[] | undefined {
  const [, list] = /^bytes=(.+)$/i.exec(header.trim()) ?? [];
  const parts = list?.split(',', MAX_RANGES + 1) ?? [];
  if (parts.length === 0 || parts.length > MAX_RANGES) return undefined;
  const specs: Spec[] = [];
  let reached = -1;
  for (const [index, part] of parts.entries()) {
    const [matched, first = '', last = ''] = /^\s*(\d*)-(\d*)\s*$/.exec(part) ?? [];
    if (matched === undefined || (first === '' && last === '')) return undefined;
    const spec: Spec = {
      first: first === '' ? undefined : Number(first),
      last: last === '' ? undefined : Number(last),
    };
    const isOpen = spec.first === undefined || spec.last === undefined;
    if (isOpen && index < parts.length - 1) return undefined;
    if (spec.first !== undefined) {
      if (spec.first <= reached || (spec.last !== undefined && spec.last < spec.first)) return undefined;
      reached = spec.last ?? Infinity;
    }
    specs.push(spec);
  }
  return specs;
}
