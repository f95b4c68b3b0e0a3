import ipaddr from 'ipaddr.js';

/**
 * Returns the address blocks of `Fn::Cidr`, or `undefined` when the block has no room for them.
 *
 * @param hostBits bits of each block that remain for hosts
 */
export function cidrBlocks(ipBlock: string, count: number, hostBits: number): string[] | undefined {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(ipBlock) && !ipaddr.IPv6.isValidCIDR(ipBlock)) return undefined;
  const [address, prefixLength] = ipaddr.parseCIDR(ipBlock);
  const bytes = address.toByteArray();
  const width = 8 * bytes.length;
  const size = width - prefixLength;
  if (hostBits > size || hostBits < 1 || BigInt(count) > 1n << BigInt(size - hostBits)) return undefined;
  const start = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const base = (start >> BigInt(size)) << BigInt(size);
  return Array.from({ length: count }, (_, index) => {
    const block = base + (BigInt(index) << BigInt(hostBits));
    const hex = block.toString(16).padStart(width / 4, '0');
    return `${ipaddr.fromByteArray([...Buffer.from(hex, 'hex')]).toString()}/${width - hostBits}`;
  });
}
