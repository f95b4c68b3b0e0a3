import { resolve } from 'node:path';
import { connectToAws, regionOfProfile } from './aws/clients';
import { cdkCli, installedCdk } from './cdk/cdk-cli';
import { findEngine } from './checks/container-engine';
import { COMMANDS } from './commands';
import { END_SIGNALS, Interruption } from './interruption';
import { operate } from './operate';
import { processTerminal } from './terminal';

/** `libs/infra`, from the bundle in `libs/infra/executors/dist`. */
const PROJECT = resolve(import.meta.dirname, '../..');

// The README says which Node to use, once.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const terminal = processTerminal(process, process.env);
const interruption = new Interruption((text) => terminal.complain(text));
for (const signal of END_SIGNALS) process.on(signal, () => interruption.happened(signal));
// Whoever listened may be gone after an interruption: that is no reason to leave work half done.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (!interruption.by) throw error;
  });
}

process.exitCode = await operate(COMMANDS, process.argv.slice(2), {
  terminal,
  interruption,
  env: process.env,
  directory: PROJECT,
  connect: connectToAws,
  regionOfProfile,
  cdk: cdkCli(installedCdk, PROJECT, process.env),
  findEngine,
});
