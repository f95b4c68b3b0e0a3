import type { SignInRules } from '../model/user-pool';
import { field, formPage, type FormPageContents, usernameField } from './form-page';
import { html } from './html';
import type { Page } from './page';

/** Contents of {@link loginPage}. */
export interface LoginPageContents extends FormPageContents {
  /** Name of the client, or the host of its callback. */
  readonly destination: string;
  readonly nameLabel: string;
  /** Initial value. */
  readonly username: string;
  /** `undefined`: users cannot reset passwords. */
  readonly forgotPasswordUrl: string | undefined;
  /** `undefined`: users cannot sign up. */
  readonly signUpUrl: string | undefined;
}

/** Label of the input for the name that users sign in with. */
export function nameLabel(by: SignInRules['by']): string {
  return { username: 'Username', email: 'Email address', 'username-or-email': 'Username or email address' }[
    by
  ];
}

/** The sign-in page of managed login (row CG-AZ-01). */
export function loginPage(contents: LoginPageContents): Page {
  const { problems, username, forgotPasswordUrl, signUpUrl } = contents;
  return formPage(contents, {
    title: 'Sign in',
    lead: `to continue to ${contents.destination}`,
    fields: html`${usernameField({ ...contents, autofocus: username === '' })}
    ${field({
      name: 'password',
      label: 'Password',
      type: 'password',
      autocomplete: 'current-password',
      autofocus: username !== '',
      invalid: problems.length > 0,
    })}`,
    submit: 'Sign in',
    after:
      forgotPasswordUrl !== undefined || signUpUrl !== undefined
        ? html`${forgotPasswordUrl !== undefined && html`<a href="${forgotPasswordUrl}">Forgot your password?</a>`}
          ${signUpUrl !== undefined && html`<a href="${signUpUrl}">Create an account</a>`}`
        : undefined,
  });
}
