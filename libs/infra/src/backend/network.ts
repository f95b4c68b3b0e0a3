import {
  GatewayVpcEndpointAwsService,
  IpAddresses,
  SubnetType,
  Vpc,
  type GatewayVpcEndpoint,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/**
 * Two availability zones without a NAT gateway: hosts reach AWS from public subnets by an address of their own,
 * load balancer and VPC link live in subnets with no road out. DynamoDB is reached by an endpoint, which is free.
 */
export class Network extends Construct {
  readonly vpc: Vpc;
  /** Where container hosts run. Their security group alone decides what comes in. */
  readonly hostSubnets: SubnetSelection = { subnetGroupName: 'hosts' };
  /** Where the load balancer and the VPC link are. */
  readonly privateSubnets: SubnetSelection = { subnetGroupName: 'private' };
  /** The hosts' road to DynamoDB; its policy says which tables lie along it. */
  readonly dynamoDb: GatewayVpcEndpoint;

  constructor(scope: Construct, id: string) {
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
    this.dynamoDb = this.vpc.addGatewayEndpoint('DynamoDb', {
      service: GatewayVpcEndpointAwsService.DYNAMODB,
      subnets: [this.hostSubnets],
    });
  }
}
