import type { Request } from '../../http/message';
import { ACCOUNT_ID } from '../../run/account';
import { accountState, defineService, type Endpoint } from '../../run/service';
import { mapNode, readable } from '../../run/topology-node';
import type { FunctionUrl } from './model/function-url';
import { type LambdaFunction, readLambda } from './model/function';
import { lambdaResourceTypes } from './model/names';
import { findCode } from './model/runnable';
import { functionUrlServer } from './pipeline/function-url';
import { functionCaller } from './pipeline/invoke';
import { InvokeApi } from './pipeline/invoke-api';
import { runFunctions } from './run/functions';

export const functionId = ({ logicalId }: { readonly logicalId: string }): string => `function:${logicalId}`;

const URL_TYPE = 'AWS::Lambda::Url';

export const invokeApiOf = accountState((account) => {
  const api = new InvokeApi(account.log);
  account.onClose(() => api.close());
  return api;
});

/** Lambda: Node.js functions on a request path, and function URLs. */
export const lambda = defineService({
  resourceTypes: lambdaResourceTypes,
  listens: { kind: 'function-url', resourceType: URL_TYPE },
  localHosts: (stack, { functionUrls }) =>
    stack.ofType(URL_TYPE).flatMap((resource) => {
      const origin = functionUrls.get(resource.logicalId);
      return origin === undefined ? [] : [[hostOf(resource.attribute('FunctionUrl')), origin] as const];
    }),
  readModel: readLambda,
  check: ({ functions }, { options }) => {
    for (const definition of functions) findCode(definition, options);
  },
  provides: ({ functions, urls }) => [
    ...functions.flatMap(arnsOf).map((id) => ({ kind: 'function' as const, id })),
    ...urls.map(({ host }) => ({ kind: 'host' as const, id: host })),
  ],
  start: async (model, { account, network, stack }) => {
    const { functions, urls, permissions } = model;
    const { clock, log, options } = account;
    for (const [name, standIn] of options.standIns)
      if (!URL.canParse(name) && !stack.resources.has(name)) {
        log.warn(`function ${name} is outside of the templates: its permissions are not checked.`);
        network.functions.outside.set(
          name,
          functionCaller({
            definition: {
              logicalId: name,
              name,
              reservedConcurrency: undefined,
              deadLetterTarget: undefined,
            },
            functionArn: name,
            permissions: undefined,
            functions: network.functions,
            runtime: { standIn, upstream: network.upstream },
            log,
          }),
        );
      }
    const api = invokeApiOf(account);
    const serveApi = (): void => api.serve({ definitions: functions, calls: network.functions });
    if (functions.length > 0) network.containerEnvironment.push(api.environment());
    if (!api.isServing) serveApi();
    const running = runFunctions(model, account, network);
    for (const arn of functions.flatMap(arnsOf))
      network.functions.set(arn, async (call) => {
        const { calls } = await running;
        return callOf(calls, arn)(call);
      });
    const endpoints = urls.map((url): Endpoint => {
      const server = functionUrlServer({
        url,
        call: callOf(network.functions, url.functionArn),
        permissions,
        accountId: ACCOUNT_ID,
        region: options.region,
        credentials: account.credentials,
        functionId: functionOf(url, functions)?.logicalId ?? '',
        now: clock.now,
      });
      network.hosts.set(url.host, (request, signer) => server(request, signer));
      return {
        logicalId: url.logicalId,
        hosts: [url.host],
        handler: (request: Request) => server(request, undefined),
      };
    });
    const { commit, discard } = await running;
    for (const definition of functions) {
      warnAbout(definition, log);
      if (definition.deadLetterTarget !== undefined)
        log.warn(
          `function ${definition.logicalId}: its dead letters go to ${definition.deadLetterTarget}, which does not run here: the log has them.`,
        );
    }
    for (const { functionArn, onSuccess, onFailure } of model.eventInvokeConfigs)
      for (const destination of [onSuccess, onFailure])
        if (destination !== undefined && !network.functions.has(destination))
          log.warn(
            `${functionArn} sends records of asynchronous calls to ${destination}, which does not run here: the log has them.`,
          );
    const takeOver = async (): Promise<string[]> => {
      serveApi();
      return [];
    };
    return { running: undefined, endpoints, commit, discard, takeOver };
  },
  topology: ({ functions, urls }) => ({
    nodes: functions.map((definition) => ({
      ...mapNode({
        id: functionId(definition),
        kind: 'function',
        name: readable(definition.logicalId),
        role: 'Lambda function: code that runs for each request',
        facts: [
          definition.runtime ?? 'container image',
          `${definition.memoryMb} MB, at most ${definition.timeoutMs / 1_000} s`,
        ],
        column: 5,
      }),
      provides: [
        ...arnsOf(definition).map((id) => ({ kind: 'function' as const, id })),
        ...urls
          .filter((url) => functionOf(url, functions) === definition)
          .map(({ host }) => ({ kind: 'host' as const, id: host })),
      ],
    })),
    edges: functions.flatMap((definition) =>
      Object.values(definition.environment).map((id) => ({
        from: functionId(definition),
        to: { kind: 'table' as const, id },
      })),
    ),
  }),
});

const hostOf = (url: unknown): string => new URL(String(url)).host;

const arnsOf = ({ arn, qualifiedArns }: LambdaFunction): string[] => [arn, ...qualifiedArns];

function functionOf(
  { functionArn }: FunctionUrl,
  functions: readonly LambdaFunction[],
): LambdaFunction | undefined {
  return functions.find(({ arn }) => functionArn === arn || functionArn.startsWith(`${arn}:`));
}

function callOf<Call>(calls: ReadonlyMap<string, Call>, arn: string): Call {
  const call = calls.get(arn);
  if (!call) throw new TypeError(`${arn} is not a function of the templates.`);
  return call;
}

/** Says how a function may behave unlike on AWS. */
function warnAbout(
  { logicalId, runtime, layers }: LambdaFunction,
  log: { warn(message: string): void },
): void {
  const [major = ''] = process.versions.node.split('.');
  if (runtime?.startsWith('nodejs') && runtime !== `nodejs${major}.x`)
    log.warn(`function ${logicalId}: its runtime is ${runtime}; here it runs with Node.js ${major}.`);
  for (const { arn, content } of layers) {
    if (!content)
      log.warn(
        `function ${logicalId}: the layer ${arn} is not in the templates; its modules are looked up in node_modules of the current directory.`,
      );
  }
}
