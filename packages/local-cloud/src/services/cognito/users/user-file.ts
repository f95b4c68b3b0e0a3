import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { PLAIN_WORDS } from '@spa-on-aws/cloudformation';
import { InvalidUsersError } from '../errors';
import { PROFILE_ATTRIBUTES } from '../model/attributes';
import type { UserPoolGroup } from '../model/user-pool';

export interface User {
  /** Never changes; the same at every start for users of the file. */
  readonly sub: string;
  /** Username in tokens: the sub in a pool whose users sign in by e-mail (row CG-JT-03). */
  readonly username: string;
  readonly groups: readonly UserPoolGroup[];
  /** True if the user pools API changed the groups; then they do not follow the users file. */
  readonly groupsChanged?: boolean;
  /** Without `sub`; `email_verified` and `phone_number_verified` are booleans. */
  readonly attributes: Readonly<Record<string, string | boolean>>;
  /**
   * `FORCE_CHANGE_PASSWORD`: temporary password (rows CG-AD-01, CG-AD-02); `UNCONFIRMED`: the sign-up waits for its code;
   * `RESET_REQUIRED`: a migrated user must choose a new password (row CG-TR-14).
   */
  readonly status: 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD' | 'RESET_REQUIRED' | 'UNCONFIRMED';
  /** False after `AdminDisableUser`. */
  readonly enabled: boolean;
  /** SHA-256 of pool, username and password, as the Secure Remote Password protocol defines it; `undefined`: no password. */
  readonly passwordDigest: Buffer | undefined;
  /** Milliseconds since the epoch. */
  readonly passwordSetAtMs: number;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAtMs: number;
  readonly totp: AuthenticatorApp | undefined;
  /** Digest of the user's entry in the file; a changed entry replaces the user. `undefined`: the user signed up. */
  readonly seed: string | undefined;
}

interface AuthenticatorApp {
  readonly secret: string;
  /** True if sign-in asks for its code; otherwise only a pool that requires MFA does. */
  readonly isPreferred: boolean;
  /** Time step of the last accepted code: each code is valid once. */
  readonly usedStep: number | undefined;
}

export interface SeededUser {
  readonly username: string;
  readonly password: string;
  readonly email: string;
  /** @default true */
  readonly emailVerified: boolean;
  /** @default false */
  readonly phoneNumberVerified?: boolean | undefined;
  readonly name?: string | undefined;
  /** Other standard attributes, and custom attributes as `custom:name`. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** Names of groups, or `all` groups of the pool. */
  readonly groups: readonly string[] | 'all';
  /**
   * The password must be changed at the first sign-in, and expires (rows CG-AD-01, CG-LG-03).
   *
   * @default false
   */
  readonly temporaryPassword?: boolean | undefined;
  /** Base32 secret of an enrolled authenticator app. */
  readonly totpSecret?: string | undefined;
}

export interface SeededUsers {
  /** The file, for messages and the login page. */
  readonly source: string;
  /** True for the file that comes with the local cloud: its users adapt to a pool, or are left out with a warning. */
  readonly isSample?: boolean;
  readonly users: readonly SeededUser[];
}

const User = z.strictObject({
  username: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u, 'has characters that Cognito rejects in a username'),
  password: z.string().min(1),
  email: z.email('must be an e-mail address'),
  emailVerified: z.boolean().default(true),
  phoneNumberVerified: z.boolean().optional(),
  name: z.string().min(1).max(2_048).optional(),
  attributes: z
    .record(
      z
        .enum(PROFILE_ATTRIBUTES)
        .or(z.literal('phone_number'))
        .or(z.templateLiteral(['custom:', z.string().min(1)])),
      z.string().min(1).max(2_048),
    )
    .optional(),
  groups: z
    .union([z.literal('all'), z.array(z.string().min(1))], 'must be "all" or a list of names')
    .default([]),
  temporaryPassword: z.boolean().optional(),
  totpSecret: z
    .string()
    .regex(/^[A-Z2-7]{16,128}$/, 'is not a base32 secret of at least 16 characters (A to Z, 2 to 7)')
    .optional(),
});

/**
 * Reads the users from a JSON file, see {@link SeededUser} for the properties; `createCognito` checks whether the user pools
 * accept them. @throws InvalidUsersError with all errors, never with a password
 */
export async function loadUsers(file: string, { isSample = false } = {}): Promise<SeededUsers> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    // The parser's message quotes the text, which has passwords in it.
    const detail =
      cause instanceof SyntaxError
        ? 'is not JSON.'
        : `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'}).`;
    throw new InvalidUsersError(file, [detail], cause instanceof SyntaxError ? undefined : cause);
  }
  const result = z.array(User).safeParse(json, PLAIN_WORDS);
  if (result.success) return { source: file, users: result.data, ...(isSample ? { isSample } : {}) };
  throw new InvalidUsersError(
    file,
    result.error.issues.map((issue) => `${place(issue.path)}: ${issue.message}.`),
  );
}

function place(path: readonly PropertyKey[]): string {
  return (
    path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('') || 'users'
  );
}
