import type { Account } from '../../../run/account';
import { accountState } from '../../../run/service';
import type { Network } from '../../../run/network';
import type { LambdaModel } from '../model/function';
import { findCode, type FoundSource } from '../model/runnable';
import { type CallFunction, functionCaller } from '../pipeline/invoke';
import { FunctionInstances } from './function-instances';

/** Instances by what determines their process: warm ones stay while the template changes elsewhere. */
const instancesOf = accountState((account) => {
  const instances = new Map<string, FunctionInstances>();
  account.onClose(async () => {
    await Promise.all([...instances.values()].map((one) => one.close()));
  });
  return instances;
});

/** The functions of a generation. Instances start with their first invocation. */
export interface RunningFunctions {
  /** By ARN, with and without qualifier. */
  readonly calls: ReadonlyMap<string, CallFunction>;
  /** Stops what only the generation before needed. */
  commit(): Promise<void>;
  /** Stops what only this generation needs. */
  discard(): Promise<void>;
}

/** @throws UnsupportedPropertyError for a function that cannot run here */
export async function runFunctions(
  { functions, permissions, eventInvokeConfigs }: LambdaModel,
  account: Account,
  { containerEnvironment, upstream }: Network,
): Promise<RunningFunctions> {
  const { credentials, options, log, trustFile } = account;
  const found = functions.map((definition) => ({ definition, sources: findCode(definition, options) }));
  const environment: Record<string, string> = {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...Object.assign({}, ...(await Promise.all(containerEnvironment))),
    // Trusts the generated certificate, so that a function can read the user pool's keys over HTTPS.
    ...(trustFile !== undefined && { NODE_EXTRA_CA_CERTS: trustFile }),
  };
  const all = instancesOf(account);
  const before = new Set(all.keys());
  const used = new Set<string>();
  const calls = new Map<string, CallFunction>();
  for (const { definition, sources } of found) {
    const instances = (code: FoundSource, layers: readonly FoundSource[]): FunctionInstances => {
      const fingerprint = JSON.stringify([definition, code, layers, environment]);
      const { region } = options;
      const one =
        all.get(fingerprint) ??
        new FunctionInstances({ definition: { ...definition, code }, layers, region, environment, log });
      all.set(fingerprint, one);
      used.add(fingerprint);
      return one;
    };
    const runtime = 'standIn' in sources ? { ...sources, upstream } : instances(sources.code, sources.layers);
    for (const functionArn of [definition.arn, ...definition.qualifiedArns])
      calls.set(
        functionArn,
        functionCaller({
          definition,
          functionArn,
          permissions,
          eventInvokeConfig: eventInvokeConfigs.find((config) => config.functionArn === functionArn),
          functions: calls,
          runtime,
          log,
        }),
      );
  }
  const close = async (fingerprints: Iterable<string>): Promise<void> => {
    for (const fingerprint of fingerprints) {
      await all.get(fingerprint)?.close();
      all.delete(fingerprint);
    }
  };
  return {
    calls,
    commit: () => close([...all.keys()].filter((fingerprint) => !used.has(fingerprint))),
    discard: () => close([...used].filter((fingerprint) => !before.has(fingerprint))),
  };
}
