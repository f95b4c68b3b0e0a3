import { isValid, isValidCIDR, parse, parseCIDR, subnetMatch } from 'ipaddr.js';

/** Tells whether a text is an IP address or a CIDR block. */
export function isIpRange(text: string): boolean {
  return isValid(text) || isValidCIDR(text);
}

/** @param ranges IP addresses and CIDR blocks */
export function isInIpRanges(address: string, ranges: readonly string[]): boolean {
  const blocks = ranges.map((range) => (range.includes('/') ? parseCIDR(range) : toBlock(range)));
  return isValid(address) && subnetMatch(parse(address), { listed: blocks }, 'other') === 'listed';
}

function toBlock(address: string): ReturnType<typeof parseCIDR> {
  return parseCIDR(`${address}/${address.includes(':') ? 128 : 32}`);
}
