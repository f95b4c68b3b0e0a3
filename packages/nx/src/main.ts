import { cdkCli, installedCdk } from './cdk/cdk-cli';
import { findEngine } from './container/engine';
import type { Context } from './executor';
import { END_SIGNALS, Interruption } from './interruption';
import { runExecutor } from './run-executor';
import { processTerminal } from './terminal';

/** The only argument, in JSON, from `run-executor.mjs`. */
interface Run extends Pick<Context, 'workspaceRoot' | 'projectRoot' | 'projectName'> {
  readonly executor: string;
  readonly options: Readonly<Record<string, unknown>>;
}

// The AWS SDK is loaded only by executors that need it.
const aws = () => import('./aws/clients');

const { executor, options, ...project } = JSON.parse(process.argv[2] ?? '') as Run;

// No warning: `engines` in package.json has the supported Node versions.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const terminal = processTerminal(process, process.env);
const interruption = new Interruption((text) => terminal.printError(text));
for (const signal of END_SIGNALS) process.on(signal, () => interruption.interrupt(signal));
// The reader of the output may end first, for example after an interruption. This process must still clean up.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => interruption.interrupt('SIGPIPE'));
}

process.exitCode = await runExecutor(executor, options, {
  ...project,
  terminal,
  interruption,
  env: process.env,
  connect: async (place) =>
    (await aws()).connectToAws(place, (operation) =>
      terminal.printError(`AWS has not responded for some seconds (${operation}). Trying again …`),
    ),
  regionOfProfile: async (profile) => (await aws()).regionOfProfile(profile),
  cdk: cdkCli(installedCdk, project.projectRoot, process.env),
  findEngine,
});
