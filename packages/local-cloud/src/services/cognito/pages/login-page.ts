import { field, formPage, type FormPageContents } from './form-page';
import { type Html, html } from './html';
import type { Page } from './page';
import type { SignInRules } from '../model/user-pool';

/** What the login page shows. */
export interface LoginPageContents extends FormPageContents {
  /** Where people go from here: the client's name, or the host of its callback. */
  readonly destination: string;
  /** What people type to say who they are. */
  readonly nameLabel: string;
  /** Filled in beforehand. */
  readonly username: string;
  /** `undefined` where the pool lets nobody reset a password alone. */
  readonly forgotPasswordUrl: string | undefined;
  /** `undefined` where only administrators make accounts. */
  readonly signUpUrl: string | undefined;
}

/** What a pool calls the name that people type. */
export function nameLabel(by: SignInRules['by']): string {
  return { username: 'Username', email: 'Email address', 'username-or-email': 'Username or email address' }[
    by
  ];
}

/** Managed login's sign-in page (row CG-AZ-01). */
export function loginPage(contents: LoginPageContents): Page {
  const { problems, username, nameLabel } = contents;
  const invalid = problems.length > 0;
  return formPage(contents, {
    title: 'Sign in',
    lead: `to continue to ${contents.destination}`,
    fields: html`${field({
      name: 'username',
      label: nameLabel,
      value: username,
      autocomplete: 'username',
      autofocus: username === '',
      invalid,
    })}
    ${field({
      name: 'password',
      label: 'Password',
      type: 'password',
      autocomplete: 'current-password',
      autofocus: username !== '',
      invalid,
    })}`,
    submit: 'Sign in',
    after: waysOn(contents),
  });
}

function waysOn({ forgotPasswordUrl, signUpUrl }: LoginPageContents): Html | undefined {
  if (forgotPasswordUrl === undefined && signUpUrl === undefined) return undefined;
  return html`${forgotPasswordUrl !== undefined && html`<a href="${forgotPasswordUrl}">Forgot your password?</a>`}
  ${signUpUrl !== undefined && html`<a href="${signUpUrl}">Create an account</a>`}`;
}
