import { attributeLabel } from '../model/attributes';
import type { Problem } from '../pages/form-page';
import { attributeInput, NEW_PASSWORD_INPUTS } from '../pages/new-password-page';
import { passwordFaults, type PasswordPolicy } from '../model/password-policy';

/** What somebody sent who had to choose a password of their own (row CG-LG-02). */
export interface NewPassword {
  readonly password: string;
  /** The required attributes that were missing. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Empty when the pool takes it. */
  readonly problems: readonly Problem[];
}

/** @param missing required attributes the person does not have */
export function readNewPassword(
  form: URLSearchParams,
  policy: PasswordPolicy,
  missing: readonly string[],
): NewPassword {
  const { first, second } = NEW_PASSWORD_INPUTS;
  const password = form.get(first) ?? '';
  const attributes = Object.fromEntries(
    missing.map((name) => [name, (form.get(attributeInput(name)) ?? '').trim()]),
  );
  const problems: Problem[] = [];
  const lacking = passwordFaults(password, policy);
  if (lacking.length > 0) {
    problems.push({ text: `The new password needs ${lacking.join(', ')}.`, input: first });
  }
  if (password !== (form.get(second) ?? '')) {
    problems.push({ text: 'The two passwords are not the same.', input: second });
  }
  for (const name of missing.filter((each) => attributes[each] === '')) {
    problems.push({ text: `${attributeLabel(name)} may not be left empty.`, input: attributeInput(name) });
  }
  return { password, attributes, problems };
}
