import type { Context } from './context';
import { NotConfirmed } from './errors';

/** Nx's full-screen view takes the keys for itself until it is told that they are for the task. */
function howToAnswer(env: Context['env']): string {
  return env['NX_TUI'] === 'true' ? ' (press i first: Nx has the keyboard)' : '';
}

/**
 * Asks for a yes.
 *
 * @throws {NotConfirmed} at any other answer
 */
export async function confirm(question: string, { terminal, env, interruption }: Context): Promise<void> {
  const answer = await terminal.ask(`${question} [y/N]${howToAnswer(env)} `, interruption.signal);
  if (!/^y(?:es)?$/i.test(answer)) throw new NotConfirmed('Nothing has been changed.');
}

/**
 * Asks for a name to be typed, before something that cannot be undone.
 *
 * @throws {NotConfirmed} at any other answer
 */
export async function confirmByName(
  question: string,
  name: string,
  { terminal, env, interruption }: Context,
): Promise<void> {
  const answer = await terminal.ask(`${question}${howToAnswer(env)} `, interruption.signal);
  if (answer !== name) throw new NotConfirmed(`'${answer}' is not '${name}': nothing has been changed.`);
}
