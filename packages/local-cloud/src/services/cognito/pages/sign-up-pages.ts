import { codeField, formPage, type FormPageContents, usernameField } from './form-page';
import { html } from './html';
import { attributeFields, newPasswordFields } from './new-password-page';
import type { Page } from './page';

/** Contents of {@link signUpPage}. */
export interface SignUpPageContents extends FormPageContents {
  /** `undefined`: users sign in by e-mail and have no other name. */
  readonly nameLabel: string | undefined;
  readonly username: string;
  /** Attributes of the form and their values. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Rules of the password policy. */
  readonly rules: readonly string[];
  readonly loginUrl: string;
}

/** The page on which users sign up. */
export function signUpPage(contents: SignUpPageContents): Page {
  const { nameLabel, username } = contents;
  const invalid = contents.problems.some(({ input }) => input === 'username');
  return formPage(contents, {
    title: 'Create an account',
    lead: 'The local cloud deletes the account when it stops.',
    fields: html`${nameLabel !== undefined && usernameField({ nameLabel, username, invalid })}
    ${attributeFields(contents)} ${newPasswordFields(contents)}`,
    submit: 'Create account',
    after: html`<a href="${contents.loginUrl}">Back to sign in</a>`,
  });
}

/** Contents of {@link confirmSignUpPage}. */
export interface ConfirmSignUpPageContents extends FormPageContents {
  readonly resendUrl: string;
}

/** Asks for the code that confirms a new user. */
export function confirmSignUpPage(contents: ConfirmSignUpPageContents): Page {
  return formPage(contents, {
    title: 'Confirm your account',
    lead: 'AWS sends a code to your e-mail address; the local cloud writes it to its log.',
    fields: codeField(contents),
    submit: 'Confirm account',
    otherSubmit: { label: 'Send a new code', action: contents.resendUrl },
  });
}
