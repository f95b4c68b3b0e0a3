import type { UserPoolGroup } from '../model/user-pool';
import type { HostedPool } from '../pipeline/hosted-pool';

/** A group as the API answers it. */
export function describeGroup({ pool }: HostedPool, { name, precedence, roleArn }: UserPoolGroup) {
  return {
    GroupName: name,
    UserPoolId: pool.id,
    Precedence: Number.isFinite(precedence) ? precedence : undefined,
    RoleArn: roleArn,
  };
}
