import { type Html, html, type Page } from './page';

/** Contents that all pages with a form share. Texts are escaped. */
export interface FormPageContents {
  /** Path and query of the form's destination. */
  readonly action: string;
  readonly csrf: string;
  /** Id of the open challenge; `undefined` on the first page. */
  readonly session?: string | undefined;
  /** CSP source of the client's callback, which the form may redirect to. */
  readonly callbackSource: string;
  readonly footnote: string;
  /** Errors of the submitted form; announced by screen readers. */
  readonly problems: readonly Problem[];
}

export interface Problem {
  readonly text: string;
  /** Name of the input; absent when the error is about the whole form. */
  readonly input?: string;
}

interface FormPageParts {
  readonly title: string;
  readonly lead: string;
  readonly before?: Html | undefined;
  readonly fields: Html;
  readonly submit: string;
  /** A second button, which submits the form to another destination without validation. */
  readonly otherSubmit?: { readonly label: string; readonly action: string } | undefined;
  readonly after?: Html | undefined;
  /** The part that only the local user pool shows, last. */
  readonly local?: Html | undefined;
}

export function formPage(contents: FormPageContents, parts: FormPageParts): Page {
  const { problems, session } = contents;
  return {
    title: problems.length === 0 ? parts.title : `Problem: ${parts.title}`,
    formTargets: [contents.callbackSource],
    footnote: contents.footnote,
    body: html`<header>
        <h1>${parts.title}</h1>
        <p class="lead">${parts.lead}</p>
      </header>
      ${problemSummary(problems)} ${parts.before}
      <form method="post" action="${contents.action}">
        <input type="hidden" name="_csrf" value="${contents.csrf}" />
        ${session !== undefined && html`<input type="hidden" name="session" value="${session}" />`}
        ${parts.fields}
        <button type="submit">${parts.submit}</button>
        ${
          parts.otherSubmit &&
          html`<button type="submit" class="quiet" formaction="${parts.otherSubmit.action}" formnovalidate>
            ${parts.otherSubmit.label}
          </button>`
        }
      </form>
      ${parts.after && html`<p class="links">${parts.after}</p>`} ${parts.local}`,
  };
}

/** One error is a paragraph; several are a list of links to the inputs. */
function problemSummary(problems: readonly Problem[]): Html | undefined {
  const [first, second] = problems;
  if (!first) return undefined;
  if (!second) return html`<p role="alert" id="problem">${first.text}</p>`;
  const items = problems.map(({ text, input }) =>
    input === undefined ? html`<li>${text}</li>` : html`<li><a href="#${input}">${text}</a></li>`,
  );
  return html`<div role="alert" id="problem">
    <ul>
      ${items}
    </ul>
  </div>`;
}

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: 'password' | 'text' | 'email' | 'tel' | 'date';
  readonly value?: string;
  readonly autocomplete: string;
  readonly hint?: Html | undefined;
  readonly autofocus?: boolean;
  /** True if the value has an error. */
  readonly invalid?: boolean;
  /** True if the value is a code of six digits. */
  readonly digits?: boolean;
}

/** An input with its label, described by its hint and its error. */
export function field(input: Field): Html {
  const { name, hint, invalid = false } = input;
  const describedBy = [...(hint ? [`${name}-hint`] : []), ...(invalid ? ['problem'] : [])].join(' ');
  const plain = (input.type ?? 'text') !== 'password' || undefined;
  return html`<div>
    <label for="${name}">${input.label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${input.type ?? 'text'}"
      ${input.value !== undefined && html`value="${input.value}"`}
      autocomplete="${input.autocomplete}"
      ${plain && html`autocapitalize="none" spellcheck="false"`}
      ${input.digits === true && html`inputmode="numeric" pattern="[0-9 ]{6,7}" maxlength="7"`}
      required
      ${input.autofocus === true && html`autofocus`}
      ${invalid && html`aria-invalid="true"`}
      ${describedBy !== '' && html`aria-describedby="${describedBy}"`}
    />
    ${hint && html`<div class="hint" id="${name}-hint">${hint}</div>`}
  </div>`;
}

export function usernameField({
  nameLabel,
  username,
  autofocus = true,
  problems = [],
  invalid = problems.length > 0,
}: {
  readonly nameLabel: string;
  readonly username: string;
  readonly autofocus?: boolean;
  readonly problems?: readonly Problem[];
  readonly invalid?: boolean;
}): Html {
  return field({
    name: 'username',
    label: nameLabel,
    value: username,
    autocomplete: 'username',
    autofocus,
    invalid,
  });
}

/** The input for a code of six digits. @param input name, where only its own errors concern it */
export function codeField({ problems }: Pick<FormPageContents, 'problems'>, input?: string): Html {
  return field({
    name: 'code',
    label: 'Code',
    autocomplete: 'one-time-code',
    digits: true,
    autofocus: true,
    invalid: problems.some((problem) => input === undefined || problem.input === input),
  });
}
