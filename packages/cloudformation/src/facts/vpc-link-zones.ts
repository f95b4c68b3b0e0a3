/**
 * Ids of the availability zones that support VPC links of the second generation. AWS lists no zones of other regions.
 *
 * Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html>, "Availability by
 * Region", read in November 2026.
 */
const VPC_LINK_ZONES: readonly string[] = [
  ...['use1-az1', 'use1-az2', 'use1-az4', 'use1-az5', 'use1-az6'],
  ...['use2-az1', 'use2-az2', 'use2-az3'],
  ...['usw1-az1', 'usw1-az3'],
  ...['usw2-az1', 'usw2-az2', 'usw2-az3', 'usw2-az4'],
  ...['usgw1-az1', 'usgw1-az2', 'usgw1-az3'],
  ...['cac1-az1', 'cac1-az2'],
  ...['sae1-az1', 'sae1-az2', 'sae1-az3'],
  ...['euw1-az1', 'euw1-az2', 'euw1-az3'],
  ...['euw2-az1', 'euw2-az2', 'euw2-az3'],
  ...['euw3-az1', 'euw3-az3'],
  ...['euc1-az1', 'euc1-az2', 'euc1-az3'],
  ...['eus2-az1', 'eus2-az2', 'eus2-az3'],
  ...['eun1-az1', 'eun1-az2', 'eun1-az3'],
  ...['mes1-az1', 'mes1-az2', 'mes1-az3'],
  ...['ape1-az2', 'ape1-az3'],
  ...['aps1-az1', 'aps1-az2', 'aps1-az3'],
  ...['apne1-az1', 'apne1-az2', 'apne1-az4'],
  ...['apne2-az1', 'apne2-az2', 'apne2-az3'],
  ...['apse1-az1', 'apse1-az2', 'apse1-az3'],
  ...['apse2-az1', 'apse2-az2', 'apse2-az3'],
];

/**
 * Returns whether an availability zone supports VPC links of the second generation, or undefined if AWS lists no zones of
 * its region.
 *
 * @param zoneId id of a zone, such as `euw3-az1`. The name of a zone, such as `eu-west-3a`, differs between
 * accounts.
 */
export function supportsVpcLink(zoneId: string): boolean | undefined {
  const [region] = zoneId.split('-');
  if (!VPC_LINK_ZONES.some((id) => id.startsWith(`${region}-`))) return undefined;
  return VPC_LINK_ZONES.includes(zoneId);
}
