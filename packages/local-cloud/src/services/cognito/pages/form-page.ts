import type { Html } from './html';
import { html } from './html';
import { MARK, type Page } from './page';

/** What every form of the login domain has; every text in it is escaped. */
export interface FormPageContents {
  /** Path and query the form is sent to: the authorization request goes along. */
  readonly action: string;
  readonly csrf: string;
  /** The sign-in under way; `undefined` on the first page. */
  readonly session?: string | undefined;
  /** CSP source of the client's callback, where the browser goes after the form. */
  readonly callbackSource: string;
  /** Said below the page in small letters. */
  readonly footnote: string;
  /** What is wrong, read aloud at once; empty at first. */
  readonly problems: readonly Problem[];
}

/** Something wrong with what was sent. */
export interface Problem {
  /** A sentence. */
  readonly text: string;
  /** Name of the input to correct; absent when it is about all of them. */
  readonly input?: string;
}

/** The parts of a page that differ from form to form. */
export interface FormPageParts {
  readonly title: string;
  readonly lead: string;
  /** Between headline and form. */
  readonly before?: Html | undefined;
  readonly fields: Html;
  readonly submit: string;
  /** A second button, which sends the form elsewhere and takes it half filled in. */
  readonly otherSubmit?: { readonly label: string; readonly action: string } | undefined;
  /** Below the form: other ways to go on. */
  readonly after?: Html | undefined;
}

/** A page with one form. */
export function formPage(contents: FormPageContents, parts: FormPageParts): Page {
  const { problems, session } = contents;
  return {
    title: problems.length === 0 ? parts.title : `Problem: ${parts.title}`,
    formTargets: [contents.callbackSource],
    footnote: contents.footnote,
    body: html`<header>
        ${MARK}
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
      ${parts.after && html`<p class="ways">${parts.after}</p>`}`,
  };
}

/** One problem is said in a sentence; several are a list that leads to the inputs. */
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

/** An input with its label. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: 'password' | 'text' | 'email' | 'tel' | 'date';
  readonly value?: string;
  readonly autocomplete: string;
  readonly hint?: Html | undefined;
  readonly autofocus?: boolean;
  /** Whether what was sent in it is what the problem is about. */
  readonly invalid?: boolean;
  /** A code of six digits. */
  readonly digits?: boolean;
}

/** Draws an input, tied to its hint and to the problem it is about. */
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
