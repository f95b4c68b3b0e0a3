const REDACTED = '(hidden)';

/** A JSON Web Token, signed (three parts) or encrypted (five), complete or truncated. */
const TOKEN = /\beyJ[\w-]{6,}(?:\.[\w-]*){0,4}/g;

const QUERY = /\?([^\s"'<>?#]*=[^\s"'<>#]*)/g;

/** A secret as `name=value`, `"name": "value"` or `name: value`. */
const NAMED_SECRET =
  /(\\?["']?\b(?:authorization|cookie|set-cookie|password|secret|code_verifier|(?:access|id|refresh|session)[_-]?token|client_secret)\\?["']?\s*[:=]\s*)(\\?"(?:[^"\\]|\\[^"])*\\?"|'[^']*'|(?:Bearer\s+|Basic\s+)?[^\s,;&"'})\]]+)/gi;

/** Secrets whose names are also ordinary words: only as a parameter, not in "status code: 401". */
const NAMED_PARAMETER = /(\b(?:code|state|nonce)=)([^\s,;&"'})\]]+)/g;

const SECRET_NAME =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-amz-security-token|x-api-key|x-xsrf-token)$/i;

const SECRET_KEY =
  /^(?:authorization|proxy-authorization|cookies?|set-cookie|password|secret|client_secret|code_verifier|(?:access|id|refresh|session)[_-]?token|token)$/i;

/** `code` is the name of an authorization code, and of an error's code such as `ECONNREFUSED`. */
const isAuthorizationCode = (key: string, value: unknown): boolean =>
  key === 'code' && typeof value === 'string' && !/^[A-Z][A-Z0-9_]*$/.test(value);

const NAMES_ONLY = /quer(?:y|ies)|cookie/i;

/** Returns a query with its names, in order, without values. */
export function withoutQueryValues(query: string): string {
  return query
    .split('&')
    .map((pair) => pair.replace(/=.*$/s, '=…'))
    .join('&');
}

/** Removes secrets from a text that is shown: the last line of defense, services should not put them there. */
export function redactText(text: string): string {
  // Most texts hold none of these, and the log line of every request comes through here.
  if (!/eyJ|[?=:]/.test(text)) return text;
  return text
    .replace(TOKEN, REDACTED)
    .replace(QUERY, (_, query: string) => `?${withoutQueryValues(query)}`)
    .replace(NAMED_SECRET, hideValue)
    .replace(NAMED_PARAMETER, hideValue);
}

function hideValue(whole: string, name: string, value: string): string {
  if (/^[\\"']*(?:…|\(hidden\))/.test(value)) return whole;
  const [quote = ''] = /^\\?["']/.exec(value) ?? [];
  return `${name}${quote}${REDACTED}${quote}`;
}

/** Returns a header value without secrets: only names of cookies, only the scheme of credentials. */
export function redactHeader(name: string, value: string): string {
  if (!SECRET_NAME.test(name)) return redactText(value);
  if (/^cookie$/i.test(name)) return cookieNames(value).join(', ') || REDACTED;
  if (/^set-cookie$/i.test(name)) {
    const [pair = '', ...attributes] = value.split(';').map((part) => part.trim());
    return [`${redactText(pair.split('=', 1)[0] ?? '')}=${REDACTED}`, ...attributes].join('; ');
  }
  const [, scheme] = /^([A-Za-z][\w-]*)\s+\S/.exec(value) ?? [];
  return scheme === undefined ? REDACTED : `${scheme} ${REDACTED}`;
}

/** Returns a fact without secrets: only names if it is about a query or cookies. */
export function redactFact(name: string, value: string): string {
  const text = redactText(value);
  return NAMES_ONLY.test(name) ? text.replace(/=(?!…)[^\s,;&]*/g, '=…') : text;
}

/** Returns a structure, such as a log line, without secrets; also checks property names. */
export function redactDeep(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactDeep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      redactText(key),
      isAuthorizationCode(key, inner) ||
      (SECRET_KEY.test(key) && (typeof inner === 'string' || typeof inner === 'object'))
        ? REDACTED
        : redactDeep(inner),
    ]),
  );
}

/** Names of secrets in a body, in any spelling: `NEW_PASSWORD`, `refreshToken`, `SecretHash`, `Session`. */
const SECRET_FIELD =
  /passw|secret|token$|otp$|csrf|verifier|credential|cookie|authorization|signature|assertion|api_?-?key|^session$/i;

/** Names of codes that a user or a client got, such as `code` and `SOFTWARE_TOKEN_MFA_CODE`. */
const CODE_FIELD = /(?:^|auth\w*|confirmation|mfa_?|user_?|verification)_?code$/i;

/** An error's code, such as `ECONNREFUSED` or `NOT_FOUND`, is no secret. */
const isSecretField = (key: string, value: unknown): boolean =>
  typeof value === 'string' &&
  (SECRET_FIELD.test(key) || (CODE_FIELD.test(key) && !/^[A-Z][A-Z0-9_]*$/.test(value)));

/** Returns the text of a body without secrets: JSON and forms are checked field by field. */
export function redactBody(type: string, text: string): string {
  if (/^application\/x-www-form-urlencoded/i.test(type)) {
    return text
      .split('&')
      .map((pair) => {
        const [name = '', value = ''] = pair.split('=');
        return isSecretField(decodeURIComponentSafely(name), value)
          ? `${name}=${REDACTED}`
          : redactText(pair);
      })
      .join('&');
  }
  if (!/json/i.test(type)) return redactText(text);
  const parsed = parseJson(text);
  // A truncated body is not JSON; names of secrets are found in it as in any text.
  return parsed === undefined
    ? redactText(hideSecretFields(text))
    : JSON.stringify(redactFields(parsed), null, 2);
}

function redactFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactFields);
  if (typeof value !== 'object' || value === null) return redactDeep(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      redactText(key),
      isSecretField(key, inner) ? REDACTED : redactFields(inner),
    ]),
  );
}

const JSON_FIELD = /"([^"\\]*)"(\s*:\s*)"((?:[^"\\]|\\.)*)("?)/g;

function hideSecretFields(text: string): string {
  return text.replace(JSON_FIELD, (whole, key: string, colon: string, value: string, end: string) =>
    isSecretField(key, value) ? `"${key}"${colon}"${REDACTED}${end}` : whole,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function queryNames(query: string): string[] {
  if (query === '') return [];
  return distinct(query.split('&').map((pair) => pair.split('=', 1)[0] ?? ''));
}

export function cookieNames(header: string | undefined): string[] {
  if (header === undefined) return [];
  return distinct(header.split(';').map((pair) => (pair.includes('=') ? (pair.split('=', 1)[0] ?? '') : '')));
}

const MAX_NAMES = 30;

function distinct(names: readonly string[]): string[] {
  const found = names.map((name) => redactText(name.trim())).filter((name) => name !== '');
  return [...new Set(found)].slice(0, MAX_NAMES);
}
