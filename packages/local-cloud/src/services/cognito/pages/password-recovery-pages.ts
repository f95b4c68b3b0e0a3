import { codeField, formPage, type FormPageContents, usernameField } from './form-page';
import { html } from './html';
import { newPasswordFields } from './new-password-page';
import type { Page } from './page';

/** Contents of {@link forgotPasswordPage}. */
export interface ForgotPasswordPageContents extends FormPageContents {
  readonly nameLabel: string;
  readonly username: string;
  readonly loginUrl: string;
}

/** Asks for the username. */
export function forgotPasswordPage(contents: ForgotPasswordPageContents): Page {
  return formPage(contents, {
    title: 'Forgot your password?',
    lead: `Enter your ${contents.nameLabel.toLowerCase()} and we'll send a reset code.`,
    fields: usernameField(contents),
    submit: 'Get a code',
    after: html`<a href="${contents.loginUrl}">Back to sign in</a>`,
  });
}

/** Contents of {@link resetPasswordPage}. */
export interface ResetPasswordPageContents extends FormPageContents {
  /** Rules of the password policy. */
  readonly rules: readonly string[];
}

/** Asks for the code and a new password. */
export function resetPasswordPage(contents: ResetPasswordPageContents): Page {
  return formPage(contents, {
    title: 'Reset your password',
    lead: 'If this user exists and has a verified e-mail address, a code was created. AWS sends it by e-mail; the local cloud writes it to its log.',
    fields: html`${codeField(contents, 'code')} ${newPasswordFields(contents)}`,
    submit: 'Reset password',
  });
}
