/**
 * Limits the size of a map: removes the entries that were added first. It removes at least a tenth of the entries at once,
 * because finding the oldest entry after each insertion is slow.
 */
export function evictOldest<Key>(map: Map<Key, unknown>, capacity: number): void {
  if (map.size <= capacity) return;
  let excess = map.size - Math.floor(capacity * 0.9);
  for (const key of map.keys()) {
    if (excess <= 0) return;
    map.delete(key);
    excess -= 1;
  }
}
