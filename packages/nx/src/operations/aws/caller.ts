import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Caller } from './place';

/** Asks AWS who we are. */
export async function identifyCaller(sts: STSClient, signal: AbortSignal): Promise<Caller> {
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
  if (!Account || !Arn) throw new Error('sts:GetCallerIdentity told neither account nor ARN');
  return { account: Account, arn: Arn, partition: Arn.split(':')[1] ?? 'aws' };
}
