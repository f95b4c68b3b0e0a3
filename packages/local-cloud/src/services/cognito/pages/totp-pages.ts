import { field, formPage, type FormPageContents } from './form-page';
import { html } from './html';
import type { Page } from './page';
import { qrCode } from './qr-code';
import type { TotpEnrolment } from '../users/totp';

/** The page that enrols an authenticator app: everybody's first sign-in where the pool requires a second factor. */
export function totpSetupPage(contents: FormPageContents, { secret, uri }: TotpEnrolment): Page {
  return formPage(contents, {
    title: 'Set up an authenticator app',
    lead: 'From now on you sign in with a code of that app, too.',
    before: html`<ol class="steps">
      <li>
        Scan this with the app, or <a href="${uri}">open it on this device</a>.
        <div class="qr">${qrCode(uri)}</div>
      </li>
      <li>
        If the app cannot scan, type the key:
        <code class="key">${(secret.match(/.{1,4}/g) ?? []).join(' ')}</code>
      </li>
      <li>Type the code that the app shows now.</li>
    </ol>`,
    fields: codeField(contents),
    submit: 'Confirm',
  });
}

/** The page that asks for a code (`SOFTWARE_TOKEN_MFA`). */
export function totpPage(contents: FormPageContents): Page {
  return formPage(contents, {
    title: 'Enter your code',
    lead: 'Your authenticator app shows six digits for this sign-in.',
    fields: codeField(contents),
    submit: 'Sign in',
  });
}

function codeField({ problems }: FormPageContents) {
  return field({
    name: 'code',
    label: 'Code',
    autocomplete: 'one-time-code',
    digits: true,
    autofocus: true,
    invalid: problems.length > 0,
  });
}
