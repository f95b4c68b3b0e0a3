import { unsupportedProperty } from '@spa-on-aws/cloudformation';
import { accountState, defineService, type RequiredLink } from '../../run/service';
import { mapNode } from '../../run/topology-node';
import { elasticLoadBalancingResourceTypes, readLoadBalancers } from './model/load-balancer';
import { loadBalancerServer } from './pipeline/origin-server';
import { BackendFaults, loadBalancerBackend } from './pipeline/backend';

/** Faults that users switch on for the containers behind load balancers. */
export const backendFaultsOf = accountState(() => new BackendFaults());

/** Elastic Load Balancing: load balancers, their rules, target groups and health checks. */
export const elasticLoadBalancing = defineService({
  resourceTypes: elasticLoadBalancingResourceTypes,
  readModel: readLoadBalancers,
  provides: (loadBalancers) => [
    ...loadBalancers.map(({ arn }) => ({ kind: 'load-balancer' as const, id: arn })),
    ...loadBalancers.flatMap(({ publicHost }) =>
      publicHost === undefined ? [] : [{ kind: 'host' as const, id: publicHost }],
    ),
  ],
  requires: (loadBalancers) =>
    loadBalancers.flatMap(({ arn, targetGroups }) =>
      targetGroups.map((group): RequiredLink => ({
        kind: 'target-group',
        id: group.arn,
        requiredBy: { kind: 'load-balancer', id: arn },
        missing: () =>
          unsupportedProperty(
            { logicalId: group.logicalId, type: 'AWS::ElasticLoadBalancingV2::TargetGroup' },
            'Targets',
            'no ECS service of these templates registers containers with this target group. ' +
              'Add it to the LoadBalancers of an AWS::ECS::Service.',
          ),
      })),
    ),
  start: async (loadBalancers, { account, network }) => {
    const backends = loadBalancers.map((loadBalancer) => {
      for (const group of loadBalancer.targetGroups) network.targetGroups.set(group.arn, group);
      const backend = loadBalancerBackend(
        loadBalancer,
        (targetGroupArn) => network.targets.get(targetGroupArn)?.() ?? [],
        backendFaultsOf(account),
      );
      const { arn, publicHost } = loadBalancer;
      network.loadBalancers.set(arn, backend.send);
      if (publicHost !== undefined)
        network.hosts.set(publicHost, loadBalancerServer(publicHost, backend.send));
      return backend;
    });
    return { running: undefined, close: () => backends.forEach((backend) => backend.close()) };
  },
  topology: (loadBalancers) => ({
    nodes: loadBalancers.map((loadBalancer) => ({
      ...mapNode({
        id: `load-balancer:${loadBalancer.logicalId}`,
        kind: 'load-balancer',
        name: 'Load balancer',
        role:
          loadBalancer.publicHost === undefined
            ? 'in a private network: passes calls to a healthy container'
            : 'passes calls to a healthy container',
        facts: [
          ...new Set(
            loadBalancer.targetGroups.map(({ healthCheck }) => `health checked at ${healthCheck.path}`),
          ),
        ],
        column: 4,
      }),
      provides: [
        { kind: 'load-balancer', id: loadBalancer.arn },
        ...(loadBalancer.publicHost === undefined
          ? []
          : [{ kind: 'host' as const, id: loadBalancer.publicHost }]),
      ],
    })),
    edges: loadBalancers.flatMap(({ logicalId, targetGroups }) =>
      targetGroups.map(({ arn }) => ({
        from: `load-balancer:${logicalId}`,
        to: { kind: 'target-group' as const, id: arn },
      })),
    ),
  }),
});
