import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { defaultProvider } from '@aws-sdk/credential-provider-node';

/** Region and credentials. */
export interface Place {
  readonly region: string;
  /** Profile of the AWS configuration files; `undefined`: the SDK's default. */
  readonly profile: string | undefined;
}

/** AWS services that executors call. */
export type AwsClients = ReturnType<typeof connectToAws>;

/**
 * Creates clients with the SDK's default credential chain.
 *
 * The instance metadata service, the last in the chain, gets one second to respond.
 */
export function connectToAws({ region, profile }: Place) {
  const named = profile === undefined ? {} : { profile };
  const settings = {
    region,
    ...named,
    credentials: defaultProvider({ timeout: 1000, maxRetries: 0, ...named }),
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

/** Returns the region of a profile in the AWS configuration files. */
export async function regionOfProfile(profile: string | undefined): Promise<string | undefined> {
  const client = new STSClient(profile === undefined ? {} : { profile });
  try {
    return await client.config.region();
  } catch (error) {
    if (error instanceof Error && error.message.includes('Region is missing')) return undefined;
    throw error;
  }
}
