import { parseTemplate, Stack } from '@spa-on-aws/cloudformation';
import { cognitoResourceTypes } from '../model/user-pool';

type Properties = Readonly<Record<string, unknown>>;

/** Property changes for the sample resources; `undefined` removes a property, `null` a resource. */
export interface SampleChanges {
  readonly pool?: Properties;
  readonly domain?: Properties | null;
  readonly client?: Properties;
  readonly resourceServer?: Properties;
  readonly branding?: Properties | null;
  /** More resources, by logical id. */
  readonly more?: Readonly<Record<string, { Type: string; Properties: Properties }>>;
}

/** The callback URL of the sample client. */
export const CALLBACK = 'http://localhost:4300/callback';

/** The sign-out URL of the sample client. */
export const SIGNED_OUT = 'http://localhost:4300/';

/** A stack with one user pool, its managed login and one public client, as the CDK writes them. */
export function sampleStack(changes: SampleChanges = {}): Stack {
  const pool = { Ref: 'Pool' };
  const resources: Record<string, unknown> = {
    Pool: {
      Type: 'AWS::Cognito::UserPool',
      Properties: { UsernameConfiguration: { CaseSensitive: false }, ...changes.pool },
    },
    Server: {
      Type: 'AWS::Cognito::UserPoolResourceServer',
      Properties: {
        Identifier: 'greetings',
        Name: 'Greeting API',
        Scopes: [{ ScopeName: 'read', ScopeDescription: 'Ask for greetings' }],
        UserPoolId: pool,
        ...changes.resourceServer,
      },
    },
    Client: {
      Type: 'AWS::Cognito::UserPoolClient',
      Properties: {
        AllowedOAuthFlows: ['code'],
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthScopes: ['openid', 'email', 'profile', { 'Fn::Sub': '${Server}/read' }],
        CallbackURLs: [CALLBACK],
        LogoutURLs: [SIGNED_OUT],
        PreventUserExistenceErrors: 'ENABLED',
        SupportedIdentityProviders: ['COGNITO'],
        UserPoolId: pool,
        ...changes.client,
      },
    },
    ...changes.more,
  };
  if (changes.domain !== null) {
    const properties = { Domain: 'sample', ManagedLoginVersion: 2, UserPoolId: pool, ...changes.domain };
    resources.Domain = { Type: 'AWS::Cognito::UserPoolDomain', Properties: properties };
  }
  if (changes.branding !== null) {
    const client = { Ref: 'Client' };
    const properties = {
      ClientId: client,
      UseCognitoProvidedValues: true,
      UserPoolId: pool,
      ...changes.branding,
    };
    resources.Branding = { Type: 'AWS::Cognito::ManagedLoginBranding', Properties: properties };
  }
  return new Stack({
    template: parseTemplate(JSON.stringify({ Resources: resources }), 'sample.template.json'),
    stackName: 'Sample',
    region: 'eu-west-1',
    accountId: '111122223333',
    resourceTypes: cognitoResourceTypes,
  });
}
