import { CheckList } from '../check-list';
import { checkConnection } from '../aws/connection';
import { CdkFailedError } from '../errors';
import type { Executor, StageOptions } from '../executor';
import { readStageAssembly } from '../stack/assembly';

/** Shows what a deployment would change. */
export const diff: Executor<StageOptions> = {
  async run(options, context) {
    const { terminal, cdk, interruption } = context;
    const stack = await readStageAssembly(options, context);
    const checks = new CheckList(terminal);
    const connection = await checkConnection(checks, { ...options, stack }, context);
    checks.assertPassed();
    terminal.print();
    const exitCode = await cdk({
      args: ['diff', '--app', options.assembly, stack.name],
      env: connection?.env ?? {},
      interruption,
    });
    interruption.signal.throwIfAborted();
    if (exitCode !== 0)
      throw new CdkFailedError(`cdk diff failed with exit code ${exitCode}; see its output.`);
  },
};
