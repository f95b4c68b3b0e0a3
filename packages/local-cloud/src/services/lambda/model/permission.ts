import { z } from 'zod';
import { type Stack, withoutEffect } from '@spa-on-aws/cloudformation';
import { evaluatePolicy } from '../../iam-policy';
import type { LambdaFunction } from './function';
import { qualifiedName } from './names';

/** A statement of a function's resource-based policy. */
export interface Permission {
  /** The function, version or alias that it is for. */
  readonly functionArn: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn: string | undefined;
  readonly sourceAccount: string | undefined;
  /** `undefined`: any. */
  readonly functionUrlAuthType: 'NONE' | 'AWS_IAM' | undefined;
}

const PermissionProperties = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
  FunctionUrlAuthType: z.enum(['NONE', 'AWS_IAM']).optional(),
  EventSourceToken: z.string().optional(),
  PrincipalOrgID: z.string().optional(),
  ...withoutEffect('InvokedViaFunctionUrl'),
});

/** Reads the permissions of functions on a request path. @throws InvalidPropertyError */
export function readPermissions(stack: Stack, functions: readonly LambdaFunction[]): Permission[] {
  return stack.ofType('AWS::Lambda::Permission').flatMap((resource) => {
    const functionArn = arnOf(resource.properties['FunctionName'], functions);
    if (functionArn === undefined) return [];
    const permission = resource.read(PermissionProperties);
    // No caller here is an Alexa skill, or a member of an organization.
    if (permission.EventSourceToken !== undefined || permission.PrincipalOrgID !== undefined) return [];
    return [
      {
        functionArn,
        action: permission.Action,
        principal: permission.Principal,
        sourceArn: permission.SourceArn,
        sourceAccount: permission.SourceAccount,
        functionUrlAuthType: permission.FunctionUrlAuthType,
      },
    ];
  });
}

/** Returns the ARN for a name, a partial ARN or an ARN, with its qualifier; `undefined` for a function that is not run. */
export function arnOf(name: unknown, functions: readonly LambdaFunction[]): string | undefined {
  const [own = '', qualifier] = qualifiedName(name).split(':');
  const found = functions.find((candidate) => candidate.name === own);
  if (!found) return undefined;
  return qualifier === undefined || qualifier === '$LATEST' ? found.arn : `${found.arn}:${qualifier}`;
}

/** The caller of a function: an AWS service, or anyone. */
export interface Invoker {
  /** E.g. `apigateway.amazonaws.com`; `*` is an unauthenticated request to a function URL. */
  readonly principal: string;
  readonly sourceArn: string | undefined;
  readonly accountId: string;
  /** Of the function URL that is called. */
  readonly functionUrlAuthType?: 'NONE' | 'AWS_IAM';
}

/** Tells whether the resource-based policy of a function allows a call. @param functionArn with its qualifier */
export function allows(
  permissions: readonly Permission[],
  functionArn: string,
  action: 'lambda:InvokeFunction' | 'lambda:InvokeFunctionUrl',
  { principal, sourceArn, accountId, functionUrlAuthType }: Invoker,
): boolean {
  const statements = permissions
    .filter((permission) => permission.functionArn === functionArn)
    .map((permission) => ({
      Effect: 'Allow' as const,
      principal: permission.principal,
      Action: [permission.action],
      Resource: [functionArn],
      Condition: {
        ArnLike: permission.sourceArn === undefined ? {} : { 'aws:SourceArn': [permission.sourceArn] },
        StringEquals: {
          ...(permission.sourceAccount !== undefined && { 'aws:SourceAccount': [permission.sourceAccount] }),
          ...(permission.functionUrlAuthType !== undefined && {
            'lambda:FunctionUrlAuthType': [permission.functionUrlAuthType],
          }),
        },
      },
    }));
  const context = {
    'aws:sourcearn': sourceArn,
    'aws:sourceaccount': accountId,
    'lambda:functionurlauthtype': functionUrlAuthType,
  };
  return evaluatePolicy(
    statements,
    { action, resource: functionArn, context },
    (statement) => statement.principal === '*' || statement.principal === principal,
  ).isAllowed;
}
