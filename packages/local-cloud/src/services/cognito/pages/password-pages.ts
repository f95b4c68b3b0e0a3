import { attributeLabel } from '../model/attributes';
import { codeField, field, type Field, formPage, type FormPageContents, usernameField } from './form-page';
import { type Html, html, type Page } from './page';

interface NewPasswordPageContents extends FormPageContents {
  readonly username: string;
  readonly rules: readonly string[];
  /** Attributes that the form asks for, and their values. */
  readonly attributes: Readonly<Record<string, string>>;
}

export const NEW_PASSWORD_INPUTS = { first: 'new_password', second: 'confirm_password' } as const;

export function attributeInput(attribute: string): string {
  return `attribute.${attribute}`;
}

/** The page after a temporary password (row CG-LG-02). */
export function newPasswordPage(contents: NewPasswordPageContents): Page {
  return formPage(contents, {
    title: 'Choose your password',
    lead: 'Your password is temporary. Choose a new one to continue.',
    fields: html`<input
        type="text"
        name="username"
        value="${contents.username}"
        autocomplete="username"
        hidden
      />
      ${newPasswordFields(contents, true)} ${attributeFields(contents)}`,
    submit: 'Change password',
  });
}

function attributeFields({
  attributes,
  problems,
}: Pick<NewPasswordPageContents, 'attributes' | 'problems'>): Html[] {
  return Object.entries(attributes).map(([attribute, value]) => {
    const name = attributeInput(attribute);
    const invalid = problems.some(({ input }) => input === name);
    const input = INPUTS[attribute] ?? { autocomplete: 'off' };
    return field({ name, label: attributeLabel(attribute), value, ...input, invalid });
  });
}

/** The two inputs for a new password, with the rules of the policy. */
function newPasswordFields(
  { problems, rules }: Pick<NewPasswordPageContents, 'problems' | 'rules'>,
  autofocus = false,
): Html {
  const { first, second } = NEW_PASSWORD_INPUTS;
  const invalid = (name: string): boolean => problems.some(({ input }) => input === name);
  return html`${field({
    name: first,
    label: 'New password',
    type: 'password',
    autocomplete: 'new-password',
    hint: html`Your password needs
      <ul>
        ${rules.map((rule) => html`<li>${rule}</li>`)}
      </ul>`,
    autofocus,
    invalid: invalid(first),
  })}
  ${field({
    name: second,
    label: 'New password again',
    type: 'password',
    autocomplete: 'new-password',
    invalid: invalid(second),
  })}`;
}

const INPUTS: Readonly<Record<string, Pick<Field, 'type' | 'autocomplete'>>> = {
  birthdate: { type: 'date', autocomplete: 'bday' },
  email: { type: 'email', autocomplete: 'email' },
  family_name: { autocomplete: 'family-name' },
  given_name: { autocomplete: 'given-name' },
  middle_name: { autocomplete: 'additional-name' },
  name: { autocomplete: 'name' },
  nickname: { autocomplete: 'nickname' },
  phone_number: { type: 'tel', autocomplete: 'tel' },
};

export function forgotPasswordPage(
  contents: FormPageContents & {
    readonly nameLabel: string;
    readonly username: string;
    readonly loginUrl: string;
  },
): Page {
  return formPage(contents, {
    title: 'Forgot your password?',
    lead: `Enter your ${contents.nameLabel.toLowerCase()} and we'll send a reset code.`,
    fields: usernameField(contents),
    submit: 'Get a code',
    after: html`<a href="${contents.loginUrl}">Back to sign in</a>`,
  });
}

export function resetPasswordPage(contents: FormPageContents & { readonly rules: readonly string[] }): Page {
  return formPage(contents, {
    title: 'Reset your password',
    lead: 'If this user exists and has a verified email address, a code was created. AWS sends it by email; the local cloud writes it to its log, in the terminal.',
    fields: html`${codeField(contents, 'code')} ${newPasswordFields(contents)}`,
    submit: 'Reset password',
  });
}

interface SignUpPageContents extends NewPasswordPageContents {
  /** `undefined`: users sign in by e-mail and have no other name. */
  readonly nameLabel: string | undefined;
  readonly loginUrl: string;
}

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

export function confirmSignUpPage(contents: FormPageContents & { readonly resendUrl: string }): Page {
  return formPage(contents, {
    title: 'Confirm your account',
    lead: 'AWS sends a code to your email address; the local cloud writes it to its log, in the terminal.',
    fields: codeField(contents),
    submit: 'Confirm account',
    otherSubmit: { label: 'Send a new code', action: contents.resendUrl },
  });
}
