import { resolve } from 'node:path';
import { readSynthesizedStack } from '../assembly/assembly';
import { CheckList } from '../checks/check-list';
import { checkConnection, checkEnvironment } from '../checks/connection';
import { assembly, capacity, profile, region, stage } from '../command-line/common-options';
import { defineCommand } from '../command-line/command';
import { CdkFailed } from '../errors';

/** `nx diff infra` */
export const diff = defineCommand({
  name: 'diff',
  summary:
    'Shows what a deployment would change: compares the synthesized assembly with the deployed stack. It changes nothing.',
  options: { stage, region, profile, assembly, capacity },
  examples: [
    { command: 'npx nx diff infra', description: 'stage dev' },
    { command: 'npx nx diff infra -c prod', description: 'stage prod' },
  ],
  async run(values, context) {
    const stack = readSynthesizedStack(resolve(context.directory, values.assembly), values.stage);
    const checks = new CheckList(context.terminal);
    const connection = await checkConnection(checks, { ...values, stackRegion: stack.region }, context);
    if (connection) checkEnvironment(checks, stack, connection);
    checks.mustHavePassed();
    context.terminal.print();
    const exitCode = await context.cdk({
      args: ['diff', '--app', values.assembly, stack.name],
      env: connection?.env ?? {},
      interruption: context.interruption,
    });
    context.interruption.signal.throwIfAborted();
    if (exitCode !== 0) throw new CdkFailed(`cdk diff ended with ${exitCode}. What it printed says why.`);
  },
});
