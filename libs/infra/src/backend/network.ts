import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Aws, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { RetentionProps } from '../retention';

/** Properties of {@link Network}. */
export interface NetworkProps extends RetentionProps {
  /**
   * Ids of two availability zones, such as `euw3-az1`, that support VPC links. The name of a zone, such as `eu-west-3a`, is
   * another zone in another account.
   *
   * @default the region's first two zones by name, in the account of the deployment
   */
  readonly zones?: readonly string[];
}

/**
 * A VPC in two availability zones without a NAT gateway. Hosts are in public subnets and reach AWS from a public IP
 * address. The load balancer and the VPC link are in isolated subnets. A gateway endpoint, which is free, leads to
 * DynamoDB. A flow log records rejected connections.
 */
export class Network extends Construct {
  readonly vpc: ec2.Vpc;
  /** Public subnets of hosts and Fargate tasks. Security groups control inbound traffic. */
  readonly hostSubnets: ec2.SubnetSelection = { subnetGroupName: 'hosts' };
  /** Isolated subnets of the load balancer and the VPC link. */
  readonly privateSubnets: ec2.SubnetSelection = { subnetGroupName: 'private' };
  /** Gateway endpoint for DynamoDB. Its policy lists the reachable tables. */
  readonly dynamoDbEndpoint: ec2.GatewayVpcEndpoint;

  constructor(scope: Construct, id: string, props: NetworkProps = {}) {
    super(scope, id);
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/20'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [
        { name: 'hosts', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: true, cidrMask: 24 },
        { name: 'private', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      // CDK would add a custom resource to empty the default security group, which nothing uses here.
      restrictDefaultSecurityGroup: false,
    });
    for (const subnets of props.zones ? [this.vpc.publicSubnets, this.vpc.isolatedSubnets] : []) {
      for (const [index, { node }] of subnets.entries()) {
        const subnet = node.defaultChild as ec2.CfnSubnet;
        subnet.availabilityZone = undefined;
        subnet.availabilityZoneId = props.zones?.[index];
      }
    }
    const rejectedConnections = new logs.LogGroup(this, 'RefusedConnections', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    const flowLogRole = new iam.Role(this, 'FlowLogRole', {
      assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    rejectedConnections.grantWrite(flowLogRole);
    rejectedConnections.grant(flowLogRole, 'logs:DescribeLogStreams');
    // CDK's L2 construct writes stack traces with local file paths into the assembly.
    new ec2.CfnFlowLog(this, 'FlowLog', {
      resourceType: 'VPC',
      resourceId: this.vpc.vpcId,
      trafficType: 'REJECT',
      logDestinationType: 'cloud-watch-logs',
      logGroupName: rejectedConnections.logGroupName,
      deliverLogsPermissionArn: flowLogRole.roleArn,
    });
    this.dynamoDbEndpoint = this.vpc.addGatewayEndpoint('DynamoDb', {
      service: ec2.GatewayVpcEndpointAwsService.DYNAMODB,
      subnets: [this.hostSubnets],
    });
  }
}
