import { encode } from 'uqr';
import { attributeLabel } from '../model/attributes';
import type { SignInRules } from '../model/user-pool';
import { codeField, field, formPage, type FormPageContents, usernameField } from './form-page';
import { html, type Html, type Page } from './page';

interface LoginPageContents extends FormPageContents {
  /** Name of the client, or the host of its callback. */
  readonly destination: string;
  readonly nameLabel: string;
  readonly username: string;
  /** Filled in for a user of the users file; otherwise `undefined`. */
  readonly password: string | undefined;
  /** Users of the users file, with the page that fills in their name and password. */
  readonly demoUsers: readonly { readonly name: string; readonly url: string }[];
  /** `undefined`: users cannot reset passwords. */
  readonly forgotPasswordUrl: string | undefined;
  /** `undefined`: users cannot sign up. */
  readonly signUpUrl: string | undefined;
}

/** Returns the label of the input for a name to sign in with, e.g. `Username or email address`. */
export function nameLabel({ usernameAttributes, aliasAttributes }: SignInRules): string {
  const names = usernameAttributes.length > 0 ? usernameAttributes : ['username', ...aliasAttributes];
  const [first = '', ...others] = names.map(attributeLabel);
  return [first, ...others.map((label) => label.toLowerCase())].join(' or ');
}

/** The sign-in page of managed login (row CG-AZ-01). */
export function loginPage(contents: LoginPageContents): Page {
  const { problems, username, password, demoUsers, forgotPasswordUrl, signUpUrl } = contents;
  return formPage(contents, {
    title: 'Sign in',
    lead: `to continue to ${contents.destination}`,
    fields: html`${usernameField({ ...contents, autofocus: username === '' })}
    ${field({
      name: 'password',
      label: 'Password',
      type: 'password',
      ...(password !== undefined && { value: password }),
      autocomplete: 'current-password',
      autofocus: username !== '',
      invalid: problems.length > 0,
    })}`,
    submit: 'Sign in',
    local: demoUsers.length > 0 ? demoUserLinks(demoUsers) : undefined,
    after:
      forgotPasswordUrl !== undefined || signUpUrl !== undefined
        ? html`${forgotPasswordUrl !== undefined && html`<a href="${forgotPasswordUrl}">Forgot your password?</a>`}
          ${signUpUrl !== undefined && html`<a href="${signUpUrl}">Create an account</a>`}`
        : undefined,
  });
}

/** Cognito's login page has no such links: the box says so. */
function demoUserLinks(demoUsers: LoginPageContents['demoUsers']): Html {
  const links = demoUsers
    .slice(0, MAX_DEMO_USERS)
    .map(({ name, url }) => html`<li><a href="${url}">${name}</a></li>`);
  return html`<aside aria-labelledby="local-users">
    <h2 id="local-users">Only on this machine: fill in a user</h2>
    <ul>
      ${links}
    </ul>
  </aside>`;
}

const MAX_DEMO_USERS = 8;

/** Light modules around a QR code, which readers require. */
const QUIET_ZONE = 4;

export function totpSetupPage(
  contents: FormPageContents,
  { secret, uri }: { readonly secret: string; readonly uri: string },
): Page {
  return formPage(contents, {
    title: 'Set up an authenticator app',
    lead: 'You need a code of this app each time you sign in.',
    before: html`<ol class="steps">
      <li>
        Scan this with the app, or <a href="${uri}">open it on this device</a>.
        <div class="qr">${qrCode(uri)}</div>
      </li>
      <li>
        If you cannot scan it, enter this key:
        <code class="key">${(secret.match(/.{1,4}/g) ?? []).join(' ')}</code>
      </li>
      <li>Enter the code that the app shows.</li>
    </ol>`,
    fields: codeField(contents),
    submit: 'Confirm',
  });
}

export function totpPage(contents: FormPageContents): Page {
  return formPage(contents, {
    title: 'Enter your code',
    lead: 'Enter the six digits that your authenticator app shows.',
    fields: codeField(contents),
    submit: 'Sign in',
  });
}

/** An inline SVG, so that the page loads no image. */
function qrCode(text: string): Html {
  const { data, size } = encode(text, { border: QUIET_ZONE, ecc: 'M' });
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return html`<svg viewBox="0 0 ${size} ${size}" role="img" aria-label="QR code for the authenticator app">
    <rect width="${size}" height="${size}" fill="#fff" />
    <path d="${dark.join('')}" fill="#000" shape-rendering="crispEdges" />
  </svg>`;
}
