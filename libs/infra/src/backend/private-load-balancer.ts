import { VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  type ApplicationListener,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { Network } from './network';

const LISTENER_PORT = 80;

/** Properties of {@link PrivateLoadBalancer}. */
export interface PrivateLoadBalancerProps {
  readonly network: Network;
}

/**
 * An internal load balancer and the VPC link that alone can reach it (P25, P26).
 *
 * API Gateway is on the far side of the link: whoever uses it passes the authorizer first.
 */
export class PrivateLoadBalancer extends Construct {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly listener: ApplicationListener;
  /** Second-generation link: the one a REST API can use with an application load balancer (PI-02). */
  readonly vpcLink: VpcLink;

  constructor(scope: Construct, id: string, props: PrivateLoadBalancerProps) {
    super(scope, id);
    const { vpc, privateSubnets } = props.network;

    const linkGroup = new SecurityGroup(this, 'VpcLinkSecurityGroup', {
      vpc,
      description: 'VPC link: goes to the load balancer only',
      allowAllOutbound: false,
    });
    const balancerGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Load balancer: the VPC link comes in, the API is where it goes',
      allowAllOutbound: false,
    });

    this.vpcLink = new VpcLink(this, 'VpcLink', {
      vpc,
      subnets: privateSubnets,
      securityGroups: [linkGroup],
    });
    this.loadBalancer = new ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      vpcSubnets: privateSubnets,
      internetFacing: false,
      securityGroup: balancerGroup,
      dropInvalidHeaderFields: true,
      // The API keeps connections for 65 s, so it is never the first to close one (GS-01, GS-04).
      idleTimeout: Duration.seconds(60),
    });
    acknowledge(this.loadBalancer, 'All its requests are in the access log of the API.', 'ELB2');
    this.listener = this.loadBalancer.addListener('Http', {
      port: LISTENER_PORT,
      protocol: ApplicationProtocol.HTTP,
      open: false,
    });
    this.loadBalancer.connections.allowFrom(linkGroup, Port.tcp(LISTENER_PORT), 'from the VPC link');
  }
}
