import {
  CfnFlowLog,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  SubnetType,
  Vpc,
  type GatewayVpcEndpoint,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Aws, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** Properties of {@link Network}. */
export interface NetworkProps {
  /**
   * What becomes of the log of refused connections when the stack goes.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Two availability zones without a NAT gateway: hosts reach AWS from public subnets by an address of their own,
 * load balancer and VPC link live in subnets with no road out. DynamoDB is reached by an endpoint, which is free.
 * Who was refused is logged.
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  /** Where container hosts run. Their security group alone decides what comes in. */
  readonly hostSubnets: SubnetSelection = { subnetGroupName: 'hosts' };
  /** Where the load balancer and the VPC link are. */
  readonly privateSubnets: SubnetSelection = { subnetGroupName: 'private' };
  /** The hosts' road to DynamoDB; its policy says which tables lie along it. */
  readonly dynamoDb: GatewayVpcEndpoint;

  constructor(scope: Construct, id: string, props: NetworkProps = {}) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/20'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [
        { name: 'hosts', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: true, cidrMask: 24 },
        { name: 'private', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      // CDK would run a function of its own to empty a group that nothing here is a member of.
      restrictDefaultSecurityGroup: false,
    });
    const refused = new LogGroup(this, 'RefusedConnections', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    const writer = new Role(this, 'FlowLogRole', {
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    refused.grantWrite(writer);
    refused.grant(writer, 'logs:DescribeLogStreams');
    // CDK's own construct leaves stack traces, with paths of this machine, in the assembly.
    new CfnFlowLog(this, 'FlowLog', {
      resourceType: 'VPC',
      resourceId: this.vpc.vpcId,
      trafficType: 'REJECT',
      logDestinationType: 'cloud-watch-logs',
      logGroupName: refused.logGroupName,
      deliverLogsPermissionArn: writer.roleArn,
    });
    this.dynamoDb = this.vpc.addGatewayEndpoint('DynamoDb', {
      service: GatewayVpcEndpointAwsService.DYNAMODB,
      subnets: [this.hostSubnets],
    });
  }
}
