import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { Place } from './place';

/** The services that operations talk to. */
export interface AwsClients {
  readonly sts: STSClient;
  readonly ssm: SSMClient;
  readonly cloudFormation: CloudFormationClient;
  readonly cognito: CognitoIdentityProviderClient;
  readonly s3: S3Client;
  readonly cloudFront: CloudFrontClient;
  readonly apiGateway: APIGatewayClient;
  readonly iam: IAMClient;
}

/**
 * Clients with the SDK's own search for credentials, which gives up soon where there are none: the instance metadata
 * service, asked last, has one second to answer.
 */
export function connectToAws({ region, profile }: Place): AwsClients {
  const settings = {
    region,
    ...(profile === undefined ? {} : { profile }),
    credentials: defaultProvider({
      timeout: 1000,
      maxRetries: 0,
      ...(profile === undefined ? {} : { profile }),
    }),
    requestHandler: { connectionTimeout: 4000, requestTimeout: 60_000, throwOnRequestTimeout: true },
  };
  return {
    sts: new STSClient(settings),
    ssm: new SSMClient(settings),
    cloudFormation: new CloudFormationClient(settings),
    cognito: new CognitoIdentityProviderClient(settings),
    s3: new S3Client(settings),
    cloudFront: new CloudFrontClient(settings),
    apiGateway: new APIGatewayClient(settings),
    iam: new IAMClient(settings),
  };
}
/** The region that the AWS configuration files give a profile, if any. */
export async function regionOfProfile(profile: string | undefined): Promise<string | undefined> {
  const client = new STSClient(profile === undefined ? {} : { profile });
  try {
    return await client.config.region();
  } catch (error) {
    if (error instanceof Error && error.message.includes('Region is missing')) return undefined;
    throw error;
  }
}
