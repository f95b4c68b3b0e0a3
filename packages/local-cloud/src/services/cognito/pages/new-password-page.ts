import { attributeLabel } from '../model/attributes';
import { field, type Field, formPage, type FormPageContents } from './form-page';
import { type Html, html } from './html';
import type { Page } from './page';

/** What the page for a new password shows. */
export interface NewPasswordPageContents extends FormPageContents {
  /** For password managers: whose password it is. */
  readonly username: string;
  /** What the pool's policy asks for, each as the end of a sentence. */
  readonly rules: readonly string[];
  /** Required attributes the person does not have, with what was typed. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Names of the inputs for the password. */
export const NEW_PASSWORD_INPUTS = { first: 'new_password', second: 'confirm_password' } as const;

/** Name of the input for an attribute. */
export function attributeInput(attribute: string): string {
  return `attribute.${attribute}`;
}

/** The page that a temporary password leads to (row CG-LG-02). */
export function newPasswordPage(contents: NewPasswordPageContents): Page {
  return formPage(contents, {
    title: 'Choose your password',
    lead: 'An administrator chose the one you came with. From now on you sign in with your own.',
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

/** An input for each attribute, with what was typed. */
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

/** The two inputs for a new password, with what it needs. */
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
    hint: html`It needs
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
