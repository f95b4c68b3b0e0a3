import { html } from './html';
import { MARK, type Page } from './page';

/** What the login page shows; every text in it is escaped. */
export interface LoginPageContents {
  /** Where people go from here: the client's name, or the host of its callback. */
  readonly destination: string;
  /** Path and query the form is sent to: the authorization request goes along. */
  readonly action: string;
  readonly csrf: string;
  /** What people type to say who they are. */
  readonly nameLabel: string;
  /** Filled in beforehand. */
  readonly username: string;
  readonly error: string | undefined;
  /** Where the users are written down. */
  readonly usersSource: string;
  /** CSP source of the client's callback, where the browser goes after the form. */
  readonly callbackSource: string;
}

/** Managed login's sign-in page (row CG-AZ-01). */
export function loginPage(contents: LoginPageContents): Page {
  const { error, username } = contents;
  return {
    title: 'Sign in',
    formTargets: [contents.callbackSource],
    footnote: `This is the local user pool on this machine, not Amazon Cognito. Users come from ${contents.usersSource}.`,
    body: html`<header>
        ${MARK}
        <h1>Sign in</h1>
        <p class="lead">to continue to ${contents.destination}</p>
      </header>
      ${error !== undefined && html`<p role="alert" id="problem">${error}</p>`}
      <form method="post" action="${contents.action}">
        <input type="hidden" name="_csrf" value="${contents.csrf}" />
        <div>
          <label for="username">${contents.nameLabel}</label>
          <input
            id="username"
            name="username"
            value="${username}"
            autocomplete="username"
            autocapitalize="none"
            spellcheck="false"
            required
            ${username === '' && html`autofocus`}
            ${error !== undefined && html`aria-describedby="problem"`}
          />
        </div>
        <div>
          <label for="password">Password</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="current-password"
            required
            ${username !== '' && html`autofocus`}
            ${error !== undefined && html`aria-describedby="problem"`}
          />
        </div>
        <button type="submit">Sign in</button>
      </form>`,
  };
}
