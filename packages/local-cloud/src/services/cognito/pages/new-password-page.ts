import { attributeLabel } from '../model/attributes';
import { field, type Field, formPage, type FormPageContents } from './form-page';
import { type Html, html } from './html';
import type { Page } from './page';

/** Contents of {@link newPasswordPage}. */
export interface NewPasswordPageContents extends FormPageContents {
  /** For password managers. */
  readonly username: string;
  /** Rules of the password policy. */
  readonly rules: readonly string[];
  /** Required attributes that the user does not have, and their values. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Names of the password inputs. */
export const NEW_PASSWORD_INPUTS = { first: 'new_password', second: 'confirm_password' } as const;

/** Name of an attribute's input. */
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

/** An input per attribute. */
export function attributeFields({
  attributes,
  problems,
}: Pick<NewPasswordPageContents, 'attributes' | 'problems'>): Html[] {
  return Object.entries(attributes).map(([attribute, value]) => {
    const name = attributeInput(attribute);
    const invalid = problems.some(({ input }) => input === name);
    return field({ name, label: attributeLabel(attribute), value, ...inputOf(attribute), invalid });
  });
}

/** The two inputs for a new password, with the rules of the policy. */
export function newPasswordFields(
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

function inputOf(attribute: string): Pick<Field, 'type' | 'autocomplete'> {
  return INPUTS[attribute] ?? { autocomplete: 'off' };
}
