import { field, formPage, type FormPageContents } from './form-page';
import { html } from './html';
import { attributeFields, newPasswordFields } from './new-password-page';
import type { Page } from './page';

/** What the page for a new account shows. */
export interface SignUpPageContents extends FormPageContents {
  /** `undefined` where the e-mail address is the name. */
  readonly nameLabel: string | undefined;
  readonly username: string;
  /** Attributes that are asked for, with what was typed. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What the pool's policy asks for, each as the end of a sentence. */
  readonly rules: readonly string[];
  readonly loginUrl: string;
}

/** The page where people make an account. */
export function signUpPage(contents: SignUpPageContents): Page {
  const { nameLabel } = contents;
  return formPage(contents, {
    title: 'Create an account',
    lead: 'It lives as long as the local cloud runs.',
    fields: html`${
      nameLabel !== undefined &&
      field({
        name: 'username',
        label: nameLabel,
        value: contents.username,
        autocomplete: 'username',
        autofocus: true,
        invalid: contents.problems.some(({ input }) => input === 'username'),
      })
    }
    ${attributeFields(contents)} ${newPasswordFields(contents)}`,
    submit: 'Create account',
    after: html`<a href="${contents.loginUrl}">Back to sign in</a>`,
  });
}

/** What the page for the code shows. */
export interface ConfirmSignUpPageContents extends FormPageContents {
  readonly resendUrl: string;
}

/** Asks for the code that confirms a new account. */
export function confirmSignUpPage(contents: ConfirmSignUpPageContents): Page {
  return formPage(contents, {
    title: 'Confirm your account',
    lead: 'AWS sends a code to your e-mail address; here it is in the log of the local cloud.',
    fields: field({
      name: 'code',
      label: 'Code',
      autocomplete: 'one-time-code',
      digits: true,
      autofocus: true,
      invalid: contents.problems.length > 0,
    }),
    submit: 'Confirm account',
    otherSubmit: { label: 'Make another code', action: contents.resendUrl },
  });
}
