import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown>; DependsOn?: string[] }>;

const SERVER = `
  import { createServer } from 'node:http';
  createServer((request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ path: request.url, headers: request.headers }));
  }).listen(process.env.PORT, process.env.HOST);
  process.on('SIGTERM', () => process.exit(0));
`;

const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const ALL_VIEWER_EXCEPT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

/** Returns a minimal template: a distribution with a private bucket, and an API with a container. */
export function smallTemplate(): { Resources: Resources } {
  return {
    Resources: {
      Pool: {
        Type: 'AWS::Cognito::UserPool',
        Properties: { UsernameConfiguration: { CaseSensitive: false } },
      },
      Domain: {
        Type: 'AWS::Cognito::UserPoolDomain',
        Properties: { Domain: 'small', UserPoolId: { Ref: 'Pool' }, ManagedLoginVersion: 2 },
      },
      Scopes: {
        Type: 'AWS::Cognito::UserPoolResourceServer',
        Properties: {
          UserPoolId: { Ref: 'Pool' },
          Identifier: 'things',
          Name: 'things',
          Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }],
        },
      },
      Client: {
        Type: 'AWS::Cognito::UserPoolClient',
        Properties: {
          UserPoolId: { Ref: 'Pool' },
          AllowedOAuthFlows: ['code'],
          AllowedOAuthFlowsUserPoolClient: true,
          AllowedOAuthScopes: ['openid', 'things/read'],
          CallbackURLs: [{ 'Fn::Sub': 'https://${Site.DomainName}/callback' }],
          LogoutURLs: [{ 'Fn::Sub': 'https://${Site.DomainName}/' }],
          SupportedIdentityProviders: ['COGNITO'],
        },
        DependsOn: ['Scopes'],
      },
      Branding: {
        Type: 'AWS::Cognito::ManagedLoginBranding',
        Properties: {
          UserPoolId: { Ref: 'Pool' },
          ClientId: { Ref: 'Client' },
          UseCognitoProvidedValues: true,
        },
      },
      Files: { Type: 'AWS::S3::Bucket' },
      FilesPolicy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Files' },
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'cloudfront.amazonaws.com' },
                Action: 's3:GetObject',
                Resource: { 'Fn::Sub': '${Files.Arn}/*' },
                Condition: {
                  StringEquals: {
                    'AWS:SourceArn': {
                      'Fn::Sub': 'arn:aws:cloudfront::${AWS::AccountId}:distribution/${Site}',
                    },
                  },
                },
              },
            ],
          },
        },
      },
      Content: {
        Type: 'Custom::CDKBucketDeployment',
        Properties: {
          SourceObjectKeys: ['site.zip'],
          SourceMarkers: [{ '<<pool>>': { Ref: 'Pool' }, '<<region>>': { Ref: 'AWS::Region' } }],
          DestinationBucketName: { Ref: 'Files' },
        },
      },
      Signing: {
        Type: 'AWS::CloudFront::OriginAccessControl',
        Properties: {
          OriginAccessControlConfig: {
            Name: 'signing',
            OriginAccessControlOriginType: 's3',
            SigningBehavior: 'always',
            SigningProtocol: 'sigv4',
          },
        },
      },
      Site: {
        Type: 'AWS::CloudFront::Distribution',
        Properties: {
          DistributionConfig: {
            Enabled: true,
            DefaultRootObject: 'index.html',
            Origins: [
              {
                Id: 'files',
                DomainName: { 'Fn::GetAtt': ['Files', 'RegionalDomainName'] },
                OriginAccessControlId: { Ref: 'Signing' },
                S3OriginConfig: {},
              },
              {
                Id: 'api',
                DomainName: { 'Fn::Sub': '${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}' },
                OriginPath: '/live',
                CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
              },
            ],
            DefaultCacheBehavior: {
              TargetOriginId: 'files',
              ViewerProtocolPolicy: 'redirect-to-https',
              CachePolicyId: CACHING_DISABLED,
            },
            CacheBehaviors: [
              {
                PathPattern: '/api/*',
                TargetOriginId: 'api',
                ViewerProtocolPolicy: 'https-only',
                CachePolicyId: CACHING_DISABLED,
                OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST,
              },
            ],
          },
        },
      },
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api' } },
      ApiResource: {
        Type: 'AWS::ApiGateway::Resource',
        Properties: {
          RestApiId: { Ref: 'Api' },
          ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
          PathPart: 'api',
        },
      },
      ProxyResource: {
        Type: 'AWS::ApiGateway::Resource',
        Properties: { RestApiId: { Ref: 'Api' }, ParentId: { Ref: 'ApiResource' }, PathPart: '{proxy+}' },
      },
      Method: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          RestApiId: { Ref: 'Api' },
          ResourceId: { Ref: 'ProxyResource' },
          HttpMethod: 'ANY',
          AuthorizationType: 'NONE',
          RequestParameters: { 'method.request.path.proxy': true },
          Integration: {
            Type: 'HTTP_PROXY',
            IntegrationHttpMethod: 'ANY',
            Uri: { 'Fn::Sub': 'http://${Balancer.DNSName}/api/{proxy}' },
            ConnectionType: 'VPC_LINK',
            ConnectionId: { Ref: 'Link' },
            IntegrationTarget: { Ref: 'Balancer' },
            RequestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
          },
        },
      },
      Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Api' } } },
      Stage: {
        Type: 'AWS::ApiGateway::Stage',
        Properties: { RestApiId: { Ref: 'Api' }, DeploymentId: { Ref: 'Deployment' }, StageName: 'live' },
      },
      Link: { Type: 'AWS::ApiGatewayV2::VpcLink', Properties: { Name: 'link', SubnetIds: [] } },
      Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Scheme: 'internal' } },
      Listener: {
        Type: 'AWS::ElasticLoadBalancingV2::Listener',
        Properties: {
          LoadBalancerArn: { Ref: 'Balancer' },
          Port: 80,
          Protocol: 'HTTP',
          DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Targets' } }],
        },
      },
      Targets: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { Protocol: 'HTTP' } },
      Task: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: {
          ContainerDefinitions: [
            {
              Name: 'api',
              Image: { 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/assets:tag' },
              Environment: [{ Name: 'PORT', Value: '8080' }],
              PortMappings: [{ ContainerPort: 8080 }],
            },
          ],
        },
      },
      Service: {
        Type: 'AWS::ECS::Service',
        Properties: {
          TaskDefinition: { Ref: 'Task' },
          LoadBalancers: [{ ContainerName: 'api', ContainerPort: 8080, TargetGroupArn: { Ref: 'Targets' } }],
        },
      },
      Logs: { Type: 'AWS::Logs::LogGroup' },
    },
  };
}

/** Writes a cloud assembly with a template, a site, an image and a users file. */
export async function writeAssembly(
  template: object,
  { server = SERVER }: { server?: string } = {},
): Promise<{ directory: string; users: string }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'assembly-'));
  const write = async (name: string, content: unknown): Promise<void> => {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  };
  await write('site/index.html', '<!doctype html><title>small</title>');
  await write('site/config.json', '{"issuer":"https://cognito-idp.<<region>>.amazonaws.com/<<pool>>"}');
  await write('image/Dockerfile', 'FROM node\nWORKDIR /app\nCOPY main.mjs ./\nCMD ["node", "main.mjs"]');
  await write('image/main.mjs', server);
  await write('users.json', [{ username: 'ada', password: 'Correct-horse-1', email: 'ada@example.com' }]);
  await write('small.template.json', template);
  await write('small.assets.json', {
    version: '1',
    files: {
      site: { source: { path: 'site', packaging: 'zip' }, destinations: { here: { objectKey: 'site.zip' } } },
    },
    dockerImages: { tag: { source: { directory: 'image' }, destinations: { here: { imageTag: 'tag' } } } },
  });
  await write('manifest.json', {
    version: '1',
    artifacts: {
      'small.assets': { type: 'cdk:asset-manifest', properties: { file: 'small.assets.json' } },
      small: { type: 'aws:cloudformation:stack', properties: { templateFile: 'small.template.json' } },
    },
  });
  return { directory, users: path.join(directory, 'users.json') };
}
