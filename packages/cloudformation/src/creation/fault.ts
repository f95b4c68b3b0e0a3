import type { Value } from '../document/value';
import { isRecord } from '../document/value';
import { isIntrinsic } from '../resolved/intrinsics';

/** Something for which AWS refuses to create a resource. */
export interface CreationFault {
  /** The wrong value, or the place where one is missing. */
  readonly value: Value;
  /** The problem, with the wrong value. */
  readonly problem: string;
  readonly remedy: string;
}

export function fault(value: Value, problem: string, remedy: string): CreationFault {
  return { value, problem, remedy };
}

/** True for a value that is written in the template, not computed by a function at deployment. */
export function isWritten({ raw }: Value): boolean {
  return !isRecord(raw) || !isIntrinsic(raw);
}

/** Returns the known texts of a list; `undefined` when the list or an item is known after deployment only. */
export function literals(list: Value): string[] | undefined {
  const texts = list.items.map(({ literal }) => literal);
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** Finds a list with more items than AWS accepts. */
export function* tooMany(list: Value, most: number, what: string): Generator<CreationFault> {
  if (list.items.length <= most) return;
  yield fault(
    list,
    `${list.items.length} ${what}, more than the maximum of ${most}`,
    'Combine or remove some.',
  );
}

/** Finds items that occur several times. */
export function* repeated(items: readonly Value[], what: string): Generator<CreationFault> {
  const seen = new Set<string>();
  for (const item of items) {
    if (item.isPresent && seen.has(item.text))
      yield fault(item, `${what} ${item.text} appears twice`, 'Keep one.');
    seen.add(item.text);
  }
}

/** Finds a comment that is too long. */
export function* longComment(comment: Value): Generator<CreationFault> {
  const length = comment.literal?.length ?? 0;
  if (length > 128)
    yield fault(comment, `the comment has ${length} characters, more than the maximum of 128`, 'Shorten it.');
}
