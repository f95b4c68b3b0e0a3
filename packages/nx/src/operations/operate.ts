import { awsFault } from './aws/failures';
import type { Command } from './command-line/command';
import { helpText, overview } from './command-line/help';
import { readCommandLine } from './command-line/read-command-line';
import type { Context } from './context';
import { AwsFailed, OperationError, WrongCommandLine } from './errors';

/**
 * Runs the command that a command line names.
 *
 * @param args the command's name, then its options
 * @returns what the process exits with
 */
export async function operate(
  commands: readonly Command[],
  [name = '--help', ...args]: readonly string[],
  context: Context,
): Promise<number> {
  const { terminal } = context;
  try {
    if (name === '--help' || name === '-h') {
      terminal.print(overview(commands));
      return 0;
    }
    const command = commands.find((one) => one.name === name);
    if (!command) throw new WrongCommandLine([`'${name}' is no command.`], overview(commands));
    const values = readCommandLine(command, args, context.env);
    if (values === 'help') terminal.print(helpText(command));
    else await command.run(values, context);
    return 0;
  } catch (error) {
    const failure = explain(error, context);
    if (!failure) throw error;
    if (failure instanceof WrongCommandLine) {
      for (const fault of failure.faults) terminal.complain(`${terminal.paint('red', '✖')} ${fault}`);
      terminal.complain(`\n${failure.help}`);
    } else if (failure.code !== 'ERR_INTERRUPTED') {
      // What an interruption means has been said when it happened.
      terminal.complain(`\n${terminal.paint('red', '✖')} ${failure.message}`);
      if (failure.remedy) terminal.complain(`  → ${terminal.paint('cyan', failure.remedy)}`);
    }
    return failure.exitCode;
  }
}

/** An error in our words; nothing when it is a mistake of ours, which its stack trace tells best. */
function explain(error: unknown, { interruption, env }: Context): OperationError | undefined {
  // Whatever was under way failed because it was interrupted.
  const { aborted, reason } = interruption.signal;
  if (aborted && reason instanceof OperationError) return reason;
  if (error instanceof OperationError) return error;
  const fault = awsFault(error, env['AWS_PROFILE']);
  return fault && new AwsFailed(`${fault.problem}.`, { remedy: fault.remedy, cause: error });
}
