import type { Context } from '../context';
import type { Sighting, StackWatch } from '../stack/stack-watch';
import type { CdkRun } from './cdk-cli';

/**
 * Runs the CDK on a stack and watches the stack meanwhile.
 *
 * @param explain what an interruption means, by what was seen of the stack last
 * @returns the CDK's exit code
 * @throws {Interrupted} after the CDK has stopped and the state of the stack has been told once more
 */
export async function runCdkOnStack(
  run: Pick<CdkRun, 'args' | 'env'>,
  name: string,
  watch: StackWatch,
  explain: (last: Sighting) => string,
  { cdk, interruption, terminal }: Context,
): Promise<number> {
  interruption.means(() => explain(watch.last));
  const exitCode = await watch.during(cdk({ ...run, interruption }));
  if (interruption.by) {
    terminal.complain(`${name} is ${await watch.update()} now.`);
    interruption.signal.throwIfAborted();
  }
  return exitCode;
}
