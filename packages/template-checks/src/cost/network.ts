import type { Estimator } from './estimate';
import { ASSUMED, HOURS } from './load';
import { PRICES } from './prices';

const GB = 1e9;

/** Load balancers, and what else of a network costs by the hour. */
export const estimateNetwork: Estimator = (template, load) => {
  const balancers = template.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer');
  const perSecond = balancers.length > 0 ? load.requestsPerSecond / balancers.length : 0;
  const connections = perSecond / ASSUMED.requestsPerConnection;
  // The dimension that is used most is the one that is paid: 25 new connections a second, or 1 GB an hour.
  const capacityUnits = Math.max(connections / 25, (perSecond * ASSUMED.bytesPerRequest * 3600) / GB);
  const item = 'Load balancer';
  return {
    usages: [
      ...balancers.flatMap(() => [
        { item, price: PRICES.loadBalancerHour, units: HOURS },
        { item, price: PRICES.loadBalancerCapacity, units: capacityUnits * HOURS },
      ]),
      ...template
        .ofType('AWS::EC2::NatGateway')
        .map(() => ({ item: 'NAT gateways', price: PRICES.natGateway, units: HOURS })),
      ...template
        .ofType('AWS::EC2::VPCEndpoint')
        .filter(({ properties }) => properties.get('VpcEndpointType').text === 'Interface')
        .map(({ properties }) => ({
          item: 'Interface endpoints',
          price: PRICES.interfaceEndpoint,
          units: HOURS * properties.get('SubnetIds').items.length,
        })),
    ],
    remarks: [],
  };
};
