import { z } from 'zod';
import {
  cfnBoolean,
  cfnInteger,
  cfnString,
  invalidProperty,
  InvalidPropertyError,
  literalDomainPrefixProblem,
  type Resource,
  type ResourceIdentity,
  type ResourceTypes,
  type Stack,
  unsupportedProperty,
  UnsupportedPropertyError,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import { type PasswordPolicy, PROFILE_ATTRIBUTES } from './attributes';
import {
  CUSTOM_SENDERS,
  LambdaConfigProperties,
  readTriggers,
  type Triggers,
  unsupportedTriggers,
} from './triggers';
import { readUserPoolClient, type UserPoolClient } from './user-pool-client';

/** First factors, in the order in which they are offered. */
const FIRST_FACTORS = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] as const;

export type FirstFactor = (typeof FIRST_FACTORS)[number];

export interface UserPool {
  readonly id: string;
  readonly logicalId: string;
  readonly name: string;
  /** As in an authorizer's `ProviderARNs`. */
  readonly arn: string;
  /** `undefined`: no domain, so there are no login pages. */
  readonly domain: UserPoolDomain | undefined;
  readonly passwordPolicy: PasswordPolicy;
  /** Days until a temporary password expires (row CG-LG-03). */
  readonly temporaryPasswordDays: number;
  readonly requiredAttributes: readonly string[];
  /** With the prefix `custom:`. */
  readonly customAttributes: readonly string[];
  /** Attributes that cannot change once the user exists. */
  readonly immutableAttributes: readonly string[];
  /** Attributes that keep their value until the new one is verified. */
  readonly keptUntilVerified: readonly ContactAttribute[];
  /** First factors of the flow `USER_AUTH`. */
  readonly firstFactors: readonly FirstFactor[];
  /** True if users can register passkeys on AWS. */
  readonly allowsPasskeys: boolean;
  /** Triggers that send messages on AWS only. */
  readonly customSenders: readonly string[];
  /** `OPTIONAL`: only users with an authenticator app need its code. */
  readonly mfa: 'OFF' | 'OPTIONAL' | 'ON';
  /** Attributes whose owner gets a code for a forgotten password, if they are verified; the first comes first. */
  readonly recoversBy: readonly ContactAttribute[];
  readonly selfSignUp: boolean;
  /** Attributes whose owner gets a code to confirm a new user. */
  readonly verifies: readonly ContactAttribute[];
  readonly signIn: SignInRules;
  readonly groups: readonly UserPoolGroup[];
  /** Custom scopes of all resource servers: `identifier/scope`. */
  readonly customScopes: readonly string[];
  readonly clients: readonly UserPoolClient[];
  readonly triggers: Triggers;
}

export interface UserPoolGroup {
  readonly name: string;
  /** Of a user's groups, the one with the lowest precedence defines the preferred role. `Infinity`: none. */
  readonly precedence: number;
  /** Claim of ID tokens only; IAM is not enforced. */
  readonly roleArn: string | undefined;
}

export interface UserPoolDomain {
  /** First label of the host name on AWS. */
  readonly prefix: string;
  /** Managed login; otherwise the classic hosted UI, which ignores `prompt`. */
  readonly managedLogin: boolean;
}

/** Attributes that codes are sent to. */
export type ContactAttribute = 'email' | 'phone_number';

export interface SignInRules {
  /** Attributes that users sign in with instead of a username, which the pool generates then (row CG-JT-03). */
  readonly usernameAttributes: readonly ContactAttribute[];
  /** Attributes that users sign in with, besides their username; e-mail address and phone number must be verified. */
  readonly aliasAttributes: readonly (ContactAttribute | 'preferred_username')[];
  readonly caseSensitive: boolean;
}

const PasswordPolicyProperties = z.strictObject({
  MinimumLength: cfnInteger.pipe(z.number().min(6).max(99)).default(8),
  RequireLowercase: cfnBoolean.default(false),
  RequireNumbers: cfnBoolean.default(false),
  RequireSymbols: cfnBoolean.default(false),
  RequireUppercase: cfnBoolean.default(false),
  TemporaryPasswordValidityDays: cfnInteger.pipe(z.number().min(0).max(365)).optional(),
  ...withoutEffect('PasswordHistorySize'),
});

export const STANDARD_ATTRIBUTES: readonly string[] = [...PROFILE_ATTRIBUTES, 'email', 'phone_number'];

const UserPoolProperties = z.strictObject({
  AccountRecoverySetting: z
    .strictObject({
      RecoveryMechanisms: z
        .array(
          z.strictObject({
            Name: z.enum(['admin_only', 'verified_email', 'verified_phone_number']),
            Priority: cfnInteger.optional(),
          }),
        )
        .default([]),
    })
    .default({ RecoveryMechanisms: [] }),
  AdminCreateUserConfig: z
    .strictObject({
      UnusedAccountValidityDays: cfnInteger.pipe(z.number().min(0).max(365)).optional(),
      AllowAdminCreateUserOnly: cfnBoolean.default(false),
      ...withoutEffect('InviteMessageTemplate'),
    })
    .default({ AllowAdminCreateUserOnly: false }),
  AliasAttributes: z.array(z.enum(['email', 'phone_number', 'preferred_username'])).default([]),
  AutoVerifiedAttributes: z.array(z.enum(['email', 'phone_number'])).default([]),
  EnabledMfas: z.array(z.enum(['SMS_MFA', 'SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'])).default([]),
  LambdaConfig: LambdaConfigProperties.default({}),
  MfaConfiguration: z.enum(['OFF', 'ON', 'OPTIONAL']).default('OFF'),
  Policies: z
    .strictObject({
      PasswordPolicy: PasswordPolicyProperties.optional(),
      SignInPolicy: z
        .strictObject({
          AllowedFirstAuthFactors: z
            .array(z.enum([...FIRST_FACTORS, 'WEB_AUTHN']))
            .min(1)
            .max(4)
            .default(['PASSWORD']),
        })
        .optional(),
    })
    .default({}),
  Schema: z
    .array(
      z.looseObject({
        Name: z.string().optional(),
        Required: cfnBoolean.optional(),
        DeveloperOnlyAttribute: cfnBoolean.optional(),
        Mutable: cfnBoolean.default(true),
      }),
    )
    .default([]),
  UserPoolAddOns: z
    .strictObject({
      AdvancedSecurityMode: z.enum(['OFF', 'AUDIT', 'ENFORCED']).optional(),
      ...withoutEffect('AdvancedSecurityAdditionalFlows'),
    })
    .default({}),
  UserAttributeUpdateSettings: z
    .strictObject({ AttributesRequireVerificationBeforeUpdate: z.array(z.enum(['email', 'phone_number'])) })
    .default({ AttributesRequireVerificationBeforeUpdate: [] }),
  UserPoolTier: z.enum(['LITE', 'ESSENTIALS', 'PLUS']).default('ESSENTIALS'),
  UserPoolName: cfnString.optional(),
  UsernameAttributes: z.array(z.enum(['email', 'phone_number'])).default([]),
  UsernameConfiguration: z.strictObject({ CaseSensitive: cfnBoolean.optional() }).default({}),
  ...withoutEffect(
    'DeletionProtection',
    // No device is remembered: each sign-in asks for the second factor.
    'DeviceConfiguration',
    'EmailAuthenticationMessage',
    'EmailAuthenticationSubject',
    'EmailConfiguration',
    'EmailVerificationMessage',
    'EmailVerificationSubject',
    'SmsAuthenticationMessage',
    'SmsConfiguration',
    'SmsVerificationMessage',
    'UserPoolTags',
    'VerificationMessageTemplate',
    // No user has a passkey.
    'WebAuthnFactorConfiguration',
    'WebAuthnRelyingPartyID',
    'WebAuthnUserVerification',
  ),
});

const DomainProperties = z.strictObject({
  Domain: z.string(),
  ManagedLoginVersion: cfnInteger.pipe(z.union([z.literal(1), z.literal(2)])).default(1),
  UserPoolId: z.string(),
  CustomDomainConfig: z.unknown().optional(),
});

const ResourceServerProperties = z.strictObject({
  Identifier: z.string().min(1),
  Scopes: z
    .array(z.strictObject({ ScopeName: z.string().min(1), ...withoutEffect('ScopeDescription') }))
    .default([]),
  UserPoolId: z.string(),
  ...withoutEffect('Name'),
});

const GroupProperties = z.strictObject({
  GroupName: z
    .string()
    .regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u, 'must have 1 to 128 characters without spaces')
    .optional(),
  Precedence: cfnInteger.pipe(z.number().min(0)).default(Infinity),
  RoleArn: z.string().optional(),
  UserPoolId: z.string(),
  ...withoutEffect('Description'),
});

const BrandingProperties = z.strictObject({
  ClientId: cfnString.optional(),
  UserPoolId: z.string(),
  ...withoutEffect('Assets', 'ReturnMergedResources', 'Settings', 'UseCognitoProvidedValues'),
});

/** Reads the user pools of a stack, in template order. @throws UnsupportedPropertyError InvalidPropertyError */
export function readUserPools(stack: Stack): UserPool[] {
  return stack.ofType('AWS::Cognito::UserPool').map((pool) => readUserPool(stack, pool));
}

function readUserPool(stack: Stack, resource: Resource): UserPool {
  const properties = resource.read(UserPoolProperties);
  checkSupported(resource, properties);
  checkValid(resource, properties);
  const customScopes = ofPool(stack, resource, 'AWS::Cognito::UserPoolResourceServer', (server) => {
    const { Identifier, Scopes, UserPoolId } = server.read(ResourceServerProperties);
    return { UserPoolId, value: Scopes.map(({ ScopeName }) => `${Identifier}/${ScopeName}`) };
  }).flat();
  const domain = readDomain(stack, resource, properties.UserPoolTier);
  const brandedClients = ofPool(stack, resource, 'AWS::Cognito::ManagedLoginBranding', (branding) => {
    const { ClientId, UserPoolId } = branding.read(BrandingProperties);
    return { UserPoolId, value: ClientId };
  });
  return {
    id: resource.ref,
    logicalId: resource.logicalId,
    name: properties.UserPoolName ?? resource.logicalId,
    arn: String(resource.attribute('Arn')),
    domain,
    passwordPolicy: readPasswordPolicy(properties.Policies.PasswordPolicy),
    temporaryPasswordDays:
      properties.Policies.PasswordPolicy?.TemporaryPasswordValidityDays ??
      properties.AdminCreateUserConfig.UnusedAccountValidityDays ??
      7,
    requiredAttributes: properties.Schema.flatMap(({ Name, Required }) =>
      Required === true && Name !== undefined ? [Name] : [],
    ),
    customAttributes: properties.Schema.flatMap((attribute) => attributeName(attribute) ?? []).filter(
      (name) => !STANDARD_ATTRIBUTES.includes(name),
    ),
    immutableAttributes: properties.Schema.filter(({ Mutable }) => !Mutable).flatMap(
      (attribute) => attributeName(attribute) ?? [],
    ),
    keptUntilVerified: properties.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate,
    mfa: properties.MfaConfiguration,
    firstFactors: FIRST_FACTORS.filter((factor) =>
      (properties.Policies.SignInPolicy?.AllowedFirstAuthFactors ?? ['PASSWORD']).includes(factor),
    ),
    selfSignUp: !properties.AdminCreateUserConfig.AllowAdminCreateUserOnly,
    // A code by SMS comes first.
    verifies: properties.AutoVerifiedAttributes.toSorted().toReversed(),
    recoversBy: readRecovery(properties.AccountRecoverySetting.RecoveryMechanisms),
    signIn: {
      usernameAttributes: properties.UsernameAttributes,
      aliasAttributes: properties.AliasAttributes,
      caseSensitive: properties.UsernameConfiguration.CaseSensitive ?? true,
    },
    groups: ofPool(stack, resource, 'AWS::Cognito::UserPoolGroup', (group) => {
      const { Precedence, RoleArn, UserPoolId } = group.read(GroupProperties);
      return { UserPoolId, value: { name: group.ref, precedence: Precedence, roleArn: RoleArn } };
    }),
    customScopes,
    allowsPasskeys: properties.Policies.SignInPolicy?.AllowedFirstAuthFactors.includes('WEB_AUTHN') ?? false,
    customSenders: CUSTOM_SENDERS.filter((name) => properties.LambdaConfig[name] !== undefined),
    triggers: readTriggers(resource, properties.LambdaConfig, properties.UserPoolTier),
    clients: ofPool(stack, resource, 'AWS::Cognito::UserPoolClient', (client) => {
      const value = readUserPoolClient(client, {
        customScopes,
        hasStyle: domain?.managedLogin === false || brandedClients.includes(client.ref),
      });
      return { UserPoolId: String(client.properties.UserPoolId), value };
    }),
  };
}

/** Name of an attribute for users: `custom:` is not part of the name in the schema. */
function attributeName({
  Name,
  DeveloperOnlyAttribute,
}: z.output<typeof UserPoolProperties>['Schema'][number]): string | undefined {
  if (Name === undefined || STANDARD_ATTRIBUTES.includes(Name)) return Name;
  return `${DeveloperOnlyAttribute === true ? 'dev:' : ''}custom:${Name}`;
}

function ofPool<Value>(
  stack: Stack,
  pool: Resource,
  type: string,
  read: (resource: Resource) => { UserPoolId: string; value: Value },
): Value[] {
  return stack
    .ofType(type)
    .filter(({ properties }) => properties.UserPoolId === pool.ref)
    .map((resource) => read(resource).value);
}

function checkSupported(resource: Resource, properties: z.output<typeof UserPoolProperties>): void {
  const faults: { property: string; detail: string; flag?: string }[] = [];
  const refuse = (property: string, detail: string): void => void faults.push({ property, detail });
  if (properties.MfaConfiguration !== 'OFF' && !properties.EnabledMfas.includes('SOFTWARE_TOKEN_MFA')) {
    refuse(
      'MfaConfiguration',
      `is ${properties.MfaConfiguration} with ${properties.EnabledMfas.join(', ') || 'no factor'} in EnabledMfas; ` +
        'the local cloud sends no messages, so it requires SOFTWARE_TOKEN_MFA.',
    );
  }
  faults.push(...unsupportedTriggers(properties.LambdaConfig));
  if (properties.UserPoolAddOns.AdvancedSecurityMode === 'ENFORCED') {
    const flag = `--without ${resource.logicalId}`;
    faults.push({
      property: 'UserPoolAddOns.AdvancedSecurityMode',
      detail: `the local cloud does not support threat protection: use AUDIT, or run without it: ${flag}`,
      flag,
    });
  }
  if (faults.length > 0) throw new UnsupportedPropertyError(resource.logicalId, resource.type, faults);
}

function checkValid(resource: Resource, properties: z.output<typeof UserPoolProperties>): void {
  const faults: { property: string; detail: string }[] = [];
  properties.Schema.forEach(({ Name, Required }, index) => {
    if (Required !== true || (Name !== undefined && STANDARD_ATTRIBUTES.includes(Name))) return;
    const detail = `'${Name ?? ''}' is not a standard attribute. Only standard attributes can be required.`;
    faults.push({ property: `Schema[${index}]`, detail });
  });
  if (properties.Policies.SignInPolicy && properties.UserPoolTier === 'LITE') {
    const detail = 'requires the tier ESSENTIALS or PLUS: set UserPoolTier.';
    faults.push({ property: 'Policies.SignInPolicy', detail });
  }
  if (properties.UsernameAttributes.length > 0 && properties.AliasAttributes.length > 0) {
    const detail = 'a user pool has UsernameAttributes or AliasAttributes, not both (row CG-AD-05).';
    faults.push({ property: 'AliasAttributes', detail });
  }
  if (faults.length > 0) throw new InvalidPropertyError(resource.logicalId, resource.type, faults);
}

/** Without a setting, a verified phone number comes before an e-mail address. */
function readRecovery(
  mechanisms: z.output<typeof UserPoolProperties>['AccountRecoverySetting']['RecoveryMechanisms'],
): ContactAttribute[] {
  if (mechanisms.length === 0) return ['phone_number', 'email'];
  const byPriority = mechanisms.toSorted((one, other) => (one.Priority ?? 1) - (other.Priority ?? 1));
  return byPriority.flatMap(({ Name }) => {
    if (Name === 'admin_only') return [];
    return Name === 'verified_email' ? 'email' : 'phone_number';
  });
}

/** Without a policy everything is required. */
function readPasswordPolicy(policy: z.output<typeof PasswordPolicyProperties> | undefined): PasswordPolicy {
  return {
    minimumLength: policy?.MinimumLength ?? 8,
    uppercase: policy?.RequireUppercase ?? true,
    lowercase: policy?.RequireLowercase ?? true,
    numbers: policy?.RequireNumbers ?? true,
    symbols: policy?.RequireSymbols ?? true,
  };
}

function readDomain(stack: Stack, pool: Resource, tier: string): UserPoolDomain | undefined {
  const [domain] = ofPool(stack, pool, 'AWS::Cognito::UserPoolDomain', (resource) => {
    const { Domain, ManagedLoginVersion, UserPoolId, CustomDomainConfig } = resource.read(DomainProperties);
    if (CustomDomainConfig !== undefined)
      unsupportedProperty(resource, 'CustomDomainConfig', 'the local cloud supports prefix domains only.');
    const problem = literalDomainPrefixProblem(Domain);
    if (problem !== undefined) invalidProperty(resource, 'Domain', `${problem} (row CG-AD-07).`);
    if (ManagedLoginVersion === 2 && tier === 'LITE') {
      invalidProperty(
        resource,
        'ManagedLoginVersion',
        'managed login requires UserPoolTier ESSENTIALS or PLUS (row CG-LG-07).',
      );
    }
    return { UserPoolId, value: { prefix: Domain, managedLogin: ManagedLoginVersion === 2 } };
  });
  return domain;
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const userPoolId = (resource: ResourceIdentity): string =>
  `${resource.region}_${resource.id(9, ALPHANUMERIC)}`;

const providerName = (resource: ResourceIdentity): string =>
  `cognito-idp.${resource.region}.${resource.urlSuffix}/${userPoolId(resource)}`;

const clientId = (resource: ResourceIdentity): string => resource.id(26);

const property =
  (name: string) =>
  (resource: ResourceIdentity): string =>
    String(resource.property(name));

function brandingId(resource: ResourceIdentity): string {
  const hex = resource.id(32, '0123456789abcdef');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const cognitoResourceTypes: ResourceTypes = {
  'AWS::Cognito::UserPool': {
    ref: userPoolId,
    attributes: {
      Arn: (resource) =>
        `arn:${resource.partition}:cognito-idp:${resource.region}:${resource.accountId}:userpool/${userPoolId(resource)}`,
      ProviderName: providerName,
      ProviderURL: (resource) => `https://${providerName(resource)}`,
      UserPoolId: userPoolId,
    },
  },
  'AWS::Cognito::UserPoolClient': {
    ref: clientId,
    attributes: {
      ClientId: clientId,
      // The first 26 characters are the client's id.
      ClientSecret: (resource) => resource.id(77).slice(26),
      Name: property('ClientName'),
    },
  },
  'AWS::Cognito::UserPoolDomain': {
    ref: property('Domain'),
    attributes: {
      CloudFrontDistribution: (resource) => `d${resource.id(13)}.cloudfront.net`,
      Id: property('Domain'),
    },
  },
  'AWS::Cognito::UserPoolResourceServer': { ref: property('Identifier'), attributes: {} },
  'AWS::Cognito::UserPoolGroup': {
    ref: (group) =>
      String(
        group.property('GroupName') ?? `${group.stackName}-${group.logicalId}-${group.id(12).toUpperCase()}`,
      ),
    attributes: {},
  },
  'AWS::Cognito::ManagedLoginBranding': {
    ref: (resource) => `${String(resource.property('UserPoolId'))}|${brandingId(resource)}`,
    attributes: { ManagedLoginBrandingId: brandingId },
  },
};

/** AWS hosts of the region's endpoint and each pool's domain; reads names only, so it works before hosts are mapped. */
export function cognitoHosts(stack: Stack): string[] {
  const domains = stack
    .ofType('AWS::Cognito::UserPoolDomain')
    .map((domain) => `${domain.ref}.auth.${stack.region}.amazoncognito.com`);
  const pools = stack.ofType('AWS::Cognito::UserPool');
  return pools.length > 0 ? [`cognito-idp.${stack.region}.amazonaws.com`, ...domains] : domains;
}
