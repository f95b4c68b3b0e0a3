import { field, formPage, type FormPageContents } from './form-page';
import { html } from './html';
import { newPasswordFields } from './new-password-page';
import type { Page } from './page';

/** What the page asking for a name shows. */
export interface ForgottenPasswordPageContents extends FormPageContents {
  readonly nameLabel: string;
  readonly username: string;
  readonly loginUrl: string;
}

/** Asks who forgot a password. */
export function forgottenPasswordPage(contents: ForgottenPasswordPageContents): Page {
  return formPage(contents, {
    title: 'Forgot your password?',
    lead: 'Say who you are, and a code to choose a new one is made.',
    fields: field({
      name: 'username',
      label: contents.nameLabel,
      value: contents.username,
      autocomplete: 'username',
      autofocus: true,
      invalid: contents.problems.length > 0,
    }),
    submit: 'Get a code',
    after: html`<a href="${contents.loginUrl}">Back to sign in</a>`,
  });
}

/** What the page for the code shows. */
export interface ResetPasswordPageContents extends FormPageContents {
  /** What the pool's policy asks for, each as the end of a sentence. */
  readonly rules: readonly string[];
}

/** Asks for the code and a new password. */
export function resetPasswordPage(contents: ResetPasswordPageContents): Page {
  return formPage(contents, {
    title: 'Reset your password',
    lead: 'If that is somebody with a verified e-mail address, there is a code now. AWS sends it by e-mail; here it is in the log of the local cloud.',
    fields: html`${field({
      name: 'code',
      label: 'Code',
      autocomplete: 'one-time-code',
      digits: true,
      autofocus: true,
      invalid: contents.problems.some(({ input }) => input === 'code'),
    })}
    ${newPasswordFields(contents)}`,
    submit: 'Reset password',
  });
}
