import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { Network } from './network';

/** Properties of {@link PrivateLoadBalancer}. */
export interface PrivateLoadBalancerProps {
  readonly network: Network;
}

/**
 * An internal load balancer, and the VPC link of API Gateway. Only the VPC link can reach the load balancer, so every
 * request comes through API Gateway.
 */
export class PrivateLoadBalancer extends Construct {
  readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  readonly listener: elbv2.ApplicationListener;
  /** VPC link of the second generation, which supports application load balancers as targets (PI-02). */
  readonly vpcLink: apigatewayv2.VpcLink;

  constructor(scope: Construct, id: string, props: PrivateLoadBalancerProps) {
    super(scope, id);
    const { vpc, privateSubnets } = props.network;

    const vpcLinkGroup = new ec2.SecurityGroup(this, 'VpcLinkSecurityGroup', {
      vpc,
      description: 'VPC link: goes to the load balancer only',
      allowAllOutbound: false,
    });
    const loadBalancerGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Load balancer: the VPC link comes in, the API is where it goes',
      allowAllOutbound: false,
    });

    this.vpcLink = new apigatewayv2.VpcLink(this, 'VpcLink', {
      vpc,
      subnets: privateSubnets,
      securityGroups: [vpcLinkGroup],
    });
    this.loadBalancer = new elbv2.ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      vpcSubnets: privateSubnets,
      internetFacing: false,
      securityGroup: loadBalancerGroup,
      dropInvalidHeaderFields: true,
      // Shorter than the API's keep-alive timeout of 65 s, so the API never closes a connection first (GS-01, GS-04).
      idleTimeout: Duration.seconds(60),
    });
    acknowledge(this.loadBalancer, 'The access log of API Gateway contains all requests.', 'ELB2');
    this.listener = this.loadBalancer.addListener('Http', {
      protocol: elbv2.ApplicationProtocol.HTTP,
      open: false,
    });
    this.listener.connections.allowDefaultPortFrom(vpcLinkGroup, 'from the VPC link');
  }
}
