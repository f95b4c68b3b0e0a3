import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { IAMClient } from '@aws-sdk/client-iam';
import { PricingClient } from '@aws-sdk/client-pricing';
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

/** Time limits of requests, in milliseconds. */
interface Limits {
  /** Time until a request is reported as slow. */
  readonly slow: number;
  /** Time until the response; the SDK sends a request up to three times. */
  readonly response: number;
}

/** AWS services that executors call. */
export type AwsClients = ReturnType<typeof connectToAws>;

/**
 * Creates clients with the SDK's default credential chain.
 *
 * The instance metadata service, the last in the chain, gets one second to respond.
 *
 * @param onSlow is called with the operation when AWS has not responded for some seconds
 */
export function connectToAws(
  { region, profile }: Place,
  onSlow: (operation: string) => void,
  { slow, response }: Limits = { slow: 5000, response: 10_000 },
) {
  const named = profile === undefined ? {} : { profile };
  const settings = {
    region,
    ...named,
    credentials: defaultProvider({ timeout: 1000, maxRetries: 0, ...named }),
    requestHandler: { connectionTimeout: 4000, requestTimeout: response, throwOnRequestTimeout: true },
  };
  const clients = {
    sts: new STSClient(settings),
    ssm: new SSMClient(settings),
    cloudFormation: new CloudFormationClient(settings),
    cognito: new CognitoIdentityProviderClient(settings),
    // An upload of a large file takes longer.
    s3: new S3Client({ ...settings, requestHandler: { ...settings.requestHandler, requestTimeout: 60_000 } }),
    cloudFront: new CloudFrontClient(settings),
    apiGateway: new APIGatewayClient(settings),
    ec2: new EC2Client(settings),
    ecr: new ECRClient(settings),
    iam: new IAMClient(settings),
    // The price list of all regions is in few of them.
    pricing: new PricingClient({ ...settings, region: 'us-east-1' }),
  };
  // All clients have the same middleware stack, with types of their own operations.
  for (const { middlewareStack } of Object.values(clients) as STSClient[]) {
    middlewareStack.add(
      (next, { clientName, commandName }) =>
        async (args) => {
          const timer = setTimeout(() => onSlow(`${clientName} ${commandName}`), slow);
          try {
            return await next(args);
          } finally {
            clearTimeout(timer);
          }
        },
      { step: 'initialize', name: 'reportSlowRequests' },
    );
  }
  return clients;
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
