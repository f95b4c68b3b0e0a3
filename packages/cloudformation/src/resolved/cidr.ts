/**
 * Returns the address blocks of `Fn::Cidr`, or `undefined` when the block has no room for them.
 *
 * @param hostBits bits of each block that remain for hosts
 */
export function cidrBlocks(ipBlock: string, count: number, hostBits: number): string[] | undefined {
  const [address = '', prefix = ''] = ipBlock.split('/');
  const isV6 = address.includes(':');
  const width = isV6 ? 128 : 32;
  const start = isV6 ? parseV6(address) : parseV4(address);
  const prefixLength = Number(prefix);
  if (start === undefined || !/^\d+$/.test(prefix) || prefixLength > width) return undefined;
  const size = width - prefixLength;
  if (hostBits > size || hostBits < 1 || BigInt(count) > 1n << BigInt(size - hostBits)) return undefined;
  const base = (start >> BigInt(size)) << BigInt(size);
  return Array.from({ length: count }, (_, index) => {
    const block = base + (BigInt(index) << BigInt(hostBits));
    return `${isV6 ? formatV6(block) : formatV4(block)}/${width - hostBits}`;
  });
}

function parseV4(address: string): bigint | undefined {
  const parts = address.split('.').map(Number);
  const isAddress =
    parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255);
  return isAddress ? parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n) : undefined;
}

function formatV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
}

function parseV6(address: string): bigint | undefined {
  const [head = '', tail] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const missing = 8 - groups(head).length - groups(tail ?? '').length;
  if (missing < 0 || (tail === undefined && missing > 0)) return undefined;
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail ?? '')];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** Formats an address; the longest run of zeros becomes `::` (RFC 5952). */
function formatV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const text = groups.join(':');
  const [run] = [...text.matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  if (!run) return text;
  const before = text.slice(0, run.index).replace(/:$/, '');
  const after = text.slice(run.index + run[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
