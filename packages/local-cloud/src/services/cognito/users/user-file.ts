import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { PLAIN_WORDS } from '@spa-on-aws/cloudformation';
import { InvalidUsersError } from '../errors';
import { PROFILE_ATTRIBUTES } from '../model/attributes';

/** Who can sign in to the local user pool. */
export interface SeededUser {
  readonly username: string;
  readonly password: string;
  readonly email: string;
  /** @default true */
  readonly emailVerified: boolean;
  readonly name?: string | undefined;
  /** Other standard attributes, and custom ones as `custom:name`. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly groups: readonly string[];
  /**
   * An administrator made it up: it is to be changed at the first sign-in, and expires (rows CG-AD-01, CG-LG-03).
   *
   * @default false
   */
  readonly temporaryPassword?: boolean | undefined;
  /** Base32 secret of an authenticator app that is enrolled already. */
  readonly totpSecret?: string | undefined;
}

/** Users and where they were written down. */
export interface SeededUsers {
  /** The file, for messages and for the login page. */
  readonly source: string;
  readonly users: readonly SeededUser[];
}

const User = z.strictObject({
  username: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u, 'has characters Cognito refuses in a user name'),
  password: z.string().min(1),
  email: z.email('must be an e-mail address'),
  emailVerified: z.boolean().default(true),
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
  groups: z.array(z.string().min(1)).default([]),
  temporaryPassword: z.boolean().optional(),
  totpSecret: z
    .string()
    .regex(/^[A-Z2-7]{16,128}$/, 'is no base32 secret of at least 16 characters (A to Z, 2 to 7)')
    .optional(),
});

/**
 * Reads the users from a JSON file, an array of `{"username", "password", "email", "emailVerified"?, "name"?,
 * "attributes"?, "groups"?, "temporaryPassword"?, "totpSecret"?}`.
 *
 * Whether a pool would take them is found out when the pool is created.
 *
 * @throws InvalidUsersError naming every fault, never a password
 */
export async function loadUsers(file: string): Promise<SeededUsers> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    // The parser's own message quotes the text, which holds passwords.
    const detail =
      cause instanceof SyntaxError
        ? 'is not JSON.'
        : `cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'}).`;
    throw new InvalidUsersError(file, [detail], cause instanceof SyntaxError ? undefined : cause);
  }
  const result = z.array(User).safeParse(json, PLAIN_WORDS);
  if (result.success) return { source: file, users: result.data };
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
