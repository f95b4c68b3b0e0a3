/**
 * Keeps a map below a size, by removing what has been in it longest: a tenth at once, as finding the oldest after each
 * removal is slow.
 */
export function forgetOldest<Key>(map: Map<Key, unknown>, capacity: number): void {
  if (map.size <= capacity) return;
  let excess = map.size - Math.floor(capacity * 0.9);
  for (const key of map.keys()) {
    if (excess <= 0) return;
    map.delete(key);
    excess -= 1;
  }
}
