import { parse, type Range } from 'range-parser';

/** Bytes `start` to `end`, both included. */
export type ByteRange = Readonly<Range>;

const MAX_RANGES = 100;
const INVALID = 1;

/**
 * Tells whether a server may use a `Range` header: at most 100 valid byte ranges in ascending order, without overlap.
 * Servers ignore any other (RFC 9110, section 14.2; row CF-RANGE-02).
 */
export function isUsableRange(header: string): boolean {
  const { code, type, ranges } = parse(Number.MAX_SAFE_INTEGER, header);
  return (
    (code & INVALID) === 0 &&
    type === 'bytes' &&
    ranges.length <= MAX_RANGES &&
    ranges.every(({ start }, index) => start > (ranges[index - 1]?.end ?? -1))
  );
}

/**
 * Returns the part of a representation that a `Range` header selects.
 *
 * @param size of the representation, in bytes
 * @returns `whole` when the header is absent, unusable, or selects several parts
 */
export function selectRange(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  if (header === undefined || !isUsableRange(header)) return 'whole';
  const { ranges } = parse(Number.MAX_SAFE_INTEGER, header);
  return ranges.length > 1 ? 'whole' : (parse(size, header).ranges[0] ?? 'unsatisfiable');
}
