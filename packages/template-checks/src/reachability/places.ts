import type { Resource } from '@spa-on-aws/cloudformation';

/** Names of the places in the graph, as people read them in a road. */
export const place = {
  api: (api: string) => `REST API ${api}`,
  /** What the name of every method begins with. */
  anyMethod: 'method ',
  method: (method: Resource, route: string) => `method ${route} (${method.id})`,
  vpcLink: (link: string) => `VPC link ${link}`,
  /** What the name of every security group begins with. */
  anyGroup: 'security group ',
  group: (group: string) => `security group ${group}`,
  addresses: (cidr: string) => `addresses ${cidr}`,
  prefixList: (id: string) => `prefix list ${id}`,
  loadBalancer: (loadBalancer: string) => `load balancer ${loadBalancer}`,
  listener: (listener: string) => `listener ${listener}`,
  targetGroup: (targetGroup: string) => `target group ${targetGroup}`,
  hosts: (hosts: string) => `hosts ${hosts}`,
  service: (service: string) => `service ${service}`,
  containerPort: (service: string, container: string, port: string) =>
    `port ${port} of container '${container}' (${service})`,
  lambda: (lambda: string) => `function ${lambda}`,
  distribution: (distribution: string) => `distribution ${distribution}`,
  other: (resource: Resource) => `${resource.type} ${resource.id}`,
} as const;
