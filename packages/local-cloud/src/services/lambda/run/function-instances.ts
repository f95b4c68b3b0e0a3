import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { LambdaFunction } from '../model/function';
import type { FoundSource } from '../model/runnable';
import { installedModules, openCode, openRuntimeModules, removeDirectory, watchCode } from './code-directory';
import type { RuntimeInvocation } from './runtime-api';
import { ExecutionEnvironment, INIT_TIMEOUT_MS, type InvocationResult } from './execution-environment';

/** Limits memory use; further invocations wait. */
const MAX_INSTANCES = 10;
/** An instance without invocations is stopped after this time. */
const IDLE_MS = 300_000;

export interface InstancesOptions {
  readonly definition: LambdaFunction & { readonly code: FoundSource };
  readonly region: string;
  /** Variables by which it reaches other services; those of the function win. */
  readonly environment: Readonly<Record<string, string>>;
  /** Content of its layers that are in the templates. */
  readonly layers: readonly FoundSource[];
  readonly log: Pick<Logger, 'info' | 'error'>;
}

export interface Invocation {
  /** With its qualifier. */
  readonly functionArn: string;
  readonly requestId: string;
  /** Value of `X-Amzn-Trace-Id`. */
  readonly traceHeader: string;
  /** JSON; `context.clientContext` of the handler. */
  readonly clientContext?: string | undefined;
  /** The event as JSON. */
  readonly payload: string;
  readonly onLine: (line: string) => void;
  readonly onStream?: RuntimeInvocation['onStream'];
}

export interface CompletedInvocation extends InvocationResult {
  /** Duration of the init phase; `undefined` on a warm instance. */
  readonly initMs: number | undefined;
  readonly durationMs: number;
}

/** Directories of a state of the code. */
interface OpenedCode {
  readonly code: string;
  readonly layers: readonly string[];
  readonly runtimeModules: string;
}

interface Instance {
  readonly environment: ExecutionEnvironment;
  /** Number of the state of the code that it runs. */
  readonly codeVersion: number;
  onLine: (line: string) => void;
  idle: NodeJS.Timeout | undefined;
}

/** The instances of a function: each handles one invocation at a time, and stays warm for the next ones. */
export class FunctionInstances {
  readonly #options: InstancesOptions;
  readonly #all = new Set<Instance>();
  readonly #idle: Instance[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #watchers: Promise<{ close(): void }>[] = [];
  #opened: Promise<OpenedCode> | undefined;
  readonly #outdated: OpenedCode[] = [];
  #codeVersion = 0;
  #active = 0;
  #isClosed = false;

  constructor(options: InstancesOptions) {
    this.#options = options;
  }

  /** Runs the function once, on a warm instance or a new one. @returns `throttled` above the reserved concurrency */
  async invoke(invocation: Invocation): Promise<CompletedInvocation | 'throttled'> {
    const { reservedConcurrency } = this.#options.definition;
    if (reservedConcurrency !== undefined && this.#active >= reservedConcurrency) return 'throttled';
    this.#active++;
    try {
      if (this.#active > MAX_INSTANCES) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      return await this.#run(invocation);
    } finally {
      this.#active--;
      this.#waiting.shift()?.();
    }
  }

  /** True once it runs nothing any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const watcher of this.#watchers.splice(0)) (await watcher).close();
    await Promise.all([...this.#all].map((instance) => this.#stop(instance)));
    const opened = await this.#opened?.catch(() => undefined);
    const directories = [...this.#outdated, ...(opened ? [opened] : [])].flatMap(directoriesOf);
    await Promise.all(directories.map(removeDirectory));
  }

  async #run(invocation: Invocation): Promise<CompletedInvocation> {
    const { timeoutMs } = this.#options.definition;
    const warm = this.#idle.pop();
    clearTimeout(warm?.idle);
    const startedAt = performance.now();
    let instance = warm ?? (await this.#start(invocation));
    instance.onLine = invocation.onLine;
    let initMs = warm ? undefined : performance.now() - startedAt;
    const { environment } = instance;
    if (!warm && !(await environment.untilReady(INIT_TIMEOUT_MS))) {
      // Starts again, within the timeout of the function.
      await this.#stop(instance);
      instance = await this.#start(invocation);
      initMs = INIT_TIMEOUT_MS;
    } else if (!warm) initMs = performance.now() - startedAt;
    const invokedAt = performance.now();
    const deadlineMs = Date.now() + timeoutMs;
    const result = await instance.environment.invoke({ ...invocation, deadlineMs }, timeoutMs);
    const durationMs = performance.now() - invokedAt;
    // Its last lines may arrive after its response.
    await nextTurn();
    await this.#release(instance);
    return { ...result, initMs, durationMs };
  }

  async #start({ onLine }: Invocation): Promise<Instance> {
    const { definition } = this.#options;
    const opened = await this.#open();
    const instance: Instance = {
      environment: new ExecutionEnvironment({
        taskRoot: opened.code,
        memoryMb: definition.memoryMb,
        variables: this.#variables(opened),
        ownDirectories: directoriesOf(opened),
        onLine: (line) => instance.onLine(line),
      }),
      codeVersion: this.#codeVersion,
      onLine,
      idle: undefined,
    };
    this.#all.add(instance);
    await instance.environment.start();
    return instance;
  }

  async #release(instance: Instance): Promise<void> {
    const { environment, codeVersion } = instance;
    if (!environment.isUsable || codeVersion !== this.#codeVersion || this.#isClosed)
      return this.#stop(instance);
    const { log, definition } = this.#options;
    instance.onLine = (line) => log.info(`function ${definition.name}: ${line}`);
    instance.idle = setTimeout(() => void this.#stop(instance), IDLE_MS).unref();
    this.#idle.push(instance);
  }

  async #stop(instance: Instance): Promise<void> {
    clearTimeout(instance.idle);
    this.#all.delete(instance);
    const index = this.#idle.indexOf(instance);
    if (index >= 0) this.#idle.splice(index, 1);
    await instance.environment.close();
  }

  #open(): Promise<OpenedCode> {
    const { definition, layers, log } = this.#options;
    if (this.#watchers.length === 0) {
      for (const source of [definition.code, ...layers])
        this.#watchers.push(watchCode(source, () => this.#codeChanged()));
      // A code directory that cannot be watched, e.g. at the limit of watches, still runs.
      for (const watcher of this.#watchers)
        watcher.catch((error: Error) =>
          log.error(`function ${definition.name}: its code is not watched: ${error.message}`),
        );
    }
    this.#opened ??= openAll(definition.code, layers);
    return this.#opened;
  }

  /** Stops the idle instances; busy ones stop after their invocation. */
  #codeChanged(): void {
    const { definition, log } = this.#options;
    this.#codeVersion++;
    const opened = this.#opened;
    this.#opened = undefined;
    void opened?.then((directories) => this.#outdated.push(directories));
    for (const instance of [...this.#idle]) void this.#stop(instance);
    log.info(`function ${definition.name}: its code changed. The next invocation runs the new code.`);
  }

  /** Returns the documented environment variables of the Node.js runtimes. */
  #variables({ code, layers, runtimeModules }: OpenedCode): Record<string, string> {
    const { definition, region, environment } = this.#options;
    const { name, runtime = '', handler, memoryMb } = definition;
    const major = /\d+/.exec(runtime)?.[0] ?? '';
    const modules = [
      ...layers.flatMap((layer) => [
        path.join(layer, `nodejs/node${major}/node_modules`),
        path.join(layer, 'nodejs/node_modules'),
      ]),
      runtimeModules,
      // In place of a layer that is not in the templates.
      ...(definition.layers.every(({ content }) => content) ? [] : installedModules()),
    ];
    return {
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      AWS_SESSION_TOKEN: 'local-cloud',
      ...environment,
      ...definition.environment,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`,
      LAMBDA_TASK_ROOT: code,
      _HANDLER: handler,
      NODE_PATH: [definition.environment['NODE_PATH'], ...modules].filter(Boolean).join(path.delimiter),
    };
  }
}

async function openAll(code: FoundSource, layers: readonly FoundSource[]): Promise<OpenedCode> {
  return {
    code: await openCode(code),
    layers: await Promise.all(layers.map(openCode)),
    runtimeModules: await openRuntimeModules(),
  };
}

function directoriesOf({ code, layers, runtimeModules }: OpenedCode): string[] {
  return [code, ...layers, path.dirname(runtimeModules)];
}
