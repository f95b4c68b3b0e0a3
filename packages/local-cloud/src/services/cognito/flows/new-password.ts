import { attributeLabel, passwordFaults, type PasswordPolicy, passwordRules } from '../model/attributes';
import type { Problem } from '../pages/form-page';
import { attributeInput, NEW_PASSWORD_INPUTS, newPasswordPage } from '../pages/password-pages';
import { PATHS, record } from '../pipeline/request';
import type { User } from '../users/user-file';
import { formContents, type FormRequest, type PageRequest, sendForm } from './page-request';

/** Asks for a new password and for required attributes that the user does not have (row CG-LG-02). */
export function askForNewPassword(
  page: PageRequest,
  session: string,
  user: User,
  typed: Readonly<Record<string, string>> = {},
  problems: readonly Problem[] = [],
): void {
  const { pool, users } = page.hosted;
  const contents = newPasswordPage({
    ...formContents(page, PATHS.login, problems, session),
    username: user.username,
    rules: passwordRules(pool.passwordPolicy),
    attributes: Object.fromEntries(users.missingAttributes(user).map((name) => [name, typed[name] ?? ''])),
  });
  sendForm(page, 200, contents);
}

/** @returns the confirmed user; `undefined` when the page asks again */
export function setNewPassword(form: FormRequest, session: string, user: User): User | undefined {
  const { fields, hosted, request, state } = form;
  const missing = hosted.users.missingAttributes(user);
  const { password, attributes, problems } = readNewPassword(fields, hosted.pool.passwordPolicy, missing);
  if (problems.length > 0) {
    record(request, 'new-password.rejected', {});
    askForNewPassword(form, session, user, attributes, problems);
    return undefined;
  }
  state.challenges.close(session);
  hosted.users.confirm(user.sub, password, attributes);
  record(request, 'new-password.set', {});
  return hosted.users.bySub(user.sub) ?? user;
}

interface NewPassword {
  readonly password: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Empty when the user pool accepts password and attributes. */
  readonly problems: readonly Problem[];
}

/** @param required attributes that must not be empty */
export function readNewPassword(
  form: URLSearchParams,
  policy: PasswordPolicy,
  required: readonly string[],
): NewPassword {
  const { first, second } = NEW_PASSWORD_INPUTS;
  const password = form.get(first) ?? '';
  const attributes = Object.fromEntries(
    required.map((name) => [name, (form.get(attributeInput(name)) ?? '').trim()]),
  );
  const problems: Problem[] = [];
  const faults = passwordFaults(password, policy);
  if (faults.length > 0)
    problems.push({ text: `The new password needs ${faults.join(', ')}.`, input: first });
  if (password !== (form.get(second) ?? '')) {
    problems.push({ text: 'The two passwords are not the same.', input: second });
  }
  for (const name of required.filter((each) => attributes[each] === '')) {
    problems.push({ text: `${attributeLabel(name)} is required.`, input: attributeInput(name) });
  }
  return { password, attributes, problems };
}
