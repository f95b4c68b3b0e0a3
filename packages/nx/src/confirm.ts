import type { Context } from './context';
import { NotConfirmedError } from './errors';

/** Nx's full-screen view reads the keyboard itself until the user switches it to the task. */
function keyboardHint(env: Context['env']): string {
  return env['NX_TUI'] === 'true' ? ' (press i first: Nx has the keyboard)' : '';
}

/**
 * Asks for a yes.
 *
 * @throws {NotConfirmedError} on any other answer
 */
export async function confirm(question: string, { terminal, env, interruption }: Context): Promise<void> {
  const answer = await terminal.ask(`${question} [y/N]${keyboardHint(env)} `, interruption.signal);
  if (!/^y(?:es)?$/i.test(answer)) throw new NotConfirmedError('Nothing was changed.');
}

/**
 * Asks the user to type a name, before something that cannot be undone.
 *
 * @throws {NotConfirmedError} on any other answer
 */
export async function confirmByName(
  question: string,
  name: string,
  { terminal, env, interruption }: Context,
): Promise<void> {
  const answer = await terminal.ask(`${question}${keyboardHint(env)} `, interruption.signal);
  if (answer !== name) throw new NotConfirmedError(`'${answer}' is not '${name}'. Nothing was changed.`);
}
