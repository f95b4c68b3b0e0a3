import { Ec2Service, PlacementStrategy, type Cluster } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { ApiTask } from './api-task';
import { Ec2Capacity } from './ec2-capacity';
import type { Network } from './network';
import { ROLLING_DEPLOYMENT } from './rolling-deployment';

/** Properties of {@link Ec2ApiService}. */
export interface Ec2ApiServiceProps {
  readonly network: Network;
  readonly cluster: Cluster;
  /** A task for capacity `ec2`. */
  readonly task: ApiTask;
}

/**
 * The API on virtual machines of its own. Containers take ports of the host that are free, so a new one starts beside
 * the old one even where there is a single host.
 */
export class Ec2ApiService extends Construct {
  readonly service: Ec2Service;
  readonly capacity: Ec2Capacity;

  constructor(scope: Construct, id: string, props: Ec2ApiServiceProps) {
    super(scope, id);
    const { network, cluster, task } = props;
    this.capacity = new Ec2Capacity(this, 'Capacity', { network, cluster });
    this.service = new Ec2Service(this, 'Service', {
      ...ROLLING_DEPLOYMENT,
      cluster,
      taskDefinition: task.definition,
      enableExecuteCommand: task.allowsExec,
      capacityProviderStrategies: [
        { capacityProvider: this.capacity.capacityProvider.capacityProviderName, weight: 1 },
      ],
      placementStrategies: [PlacementStrategy.spreadAcrossInstances()],
    });
    // The service starts after, and goes before, the capacity it runs on.
    this.service.node.addDependency(cluster);
  }
}
