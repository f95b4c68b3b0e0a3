import { z } from 'zod';
import { UserPoolsApiError } from '../errors';
import { CONTACT_FORMATS, passwordFaults, type PasswordPolicy } from '../model/attributes';
import { STANDARD_ATTRIBUTES, type UserPool } from '../model/user-pool';
import type { UserPoolClient } from '../model/user-pool-client';
import type { HostedPool } from '../pipeline/hosted-pool';
import type { User } from '../users/user-file';

type Attributes = User['attributes'];

export const AttributeList = z.array(z.object({ Name: z.string(), Value: z.string().default('') }));

const VERIFICATIONS = ['email_verified', 'phone_number_verified'];

/**
 * Reads attributes of a request.
 *
 * @param client app client that writes them; `undefined`: an administrator, who may set whether an address is verified
 * @throws UserPoolsApiError
 */
export function readAttributes(
  list: z.output<typeof AttributeList>,
  pool: UserPool,
  client?: UserPoolClient,
): Attributes {
  checkWritable(
    list.map(({ Name }) => Name),
    pool,
    client,
  );
  for (const { Name, Value } of list) checkFormat(Name, Value);
  return Object.fromEntries(
    list.map(({ Name, Value }) => [Name, VERIFICATIONS.includes(Name) ? Value === 'true' : Value]),
  );
}

/** @throws UserPoolsApiError when an attribute does not exist, or the client may not write it */
export function checkWritable(names: readonly string[], pool: UserPool, client?: UserPoolClient): void {
  const known = [...STANDARD_ATTRIBUTES, ...pool.customAttributes, ...VERIFICATIONS];
  const unknown = names.find((name) => !known.includes(name) && name !== 'sub');
  if (unknown !== undefined) {
    throw new UserPoolsApiError(
      'InvalidParameterException',
      `Attributes did not conform to the schema: ${unknown}: Attribute does not exist in the schema.\n`,
    );
  }
  const isForbidden = (name: string): boolean =>
    name === 'sub' ||
    (client !== undefined &&
      (VERIFICATIONS.includes(name) || client.writeAttributes?.includes(name) === false));
  const forbidden = names.find(isForbidden);
  if (forbidden !== undefined) {
    throw new UserPoolsApiError(
      'NotAuthorizedException',
      'A client attempted to write unauthorized attribute',
      `the attribute is ${forbidden}`,
    );
  }
}

/** @throws UserPoolsApiError */
function checkFormat(name: string, value: string): void {
  const contact = name === 'email' || name === 'phone_number' ? name : undefined;
  if (!contact || CONTACT_FORMATS[contact].test(value)) return;
  const what = contact === 'email' ? 'email address' : 'phone number';
  throw new UserPoolsApiError('InvalidParameterException', `Invalid ${what} format.`);
}

/** @throws UserPoolsApiError when a required attribute is missing */
export function checkRequired({ requiredAttributes }: UserPool, attributes: Attributes): void {
  const missing = requiredAttributes.filter((name) => attributes[name] === undefined);
  if (missing.length === 0) return;
  throw new UserPoolsApiError(
    'InvalidParameterException',
    `Attributes did not conform to the schema: ${missing.map((name) => `${name}: The attribute is required\n`).join('')}`,
  );
}

/** @throws UserPoolsApiError when an attribute cannot change (`Mutable` in the schema of the pool) */
export function checkMutable({ immutableAttributes }: UserPool, names: readonly string[]): void {
  const immutable = names.find((name) => immutableAttributes.includes(name));
  if (immutable === undefined) return;
  const message = `user.${immutable}: Attribute cannot be updated.\n`;
  throw new UserPoolsApiError('InvalidParameterException', message);
}

/** @throws UserPoolsApiError when another user signs in with one of these attributes */
export function checkAliases({ users }: HostedPool, attributes: Attributes, except?: User): void {
  if (!users.isTaken(attributes, except)) return;
  const name = ['email', 'phone_number'].find((each) => attributes[each] !== undefined) ?? 'alias';
  throw new UserPoolsApiError('AliasExistsException', `An account with the ${name} already exists.`);
}

/**
 * Takes aliases from other users, who cannot sign in with them any more, if `force` is set.
 *
 * @throws UserPoolsApiError when it is not, and another user signs in with one of these attributes
 */
export function claimAliases(
  hosted: HostedPool,
  attributes: Attributes,
  force: boolean,
  except?: User,
): void {
  const { pool, users } = hosted;
  if (!force || pool.signIn.usernameAttributes.length > 0) return checkAliases(hosted, attributes, except);
  for (const name of ['email', 'phone_number']) {
    const value = attributes[name];
    if (value === undefined || !users.isTaken({ [name]: value }, except)) continue;
    const owner = users.byName(String(value));
    if (owner) users.setAttributes(owner.sub, { [`${name}_verified`]: false });
  }
}

/** Deletes attributes, and whether they are verified. @throws UserPoolsApiError when the pool requires one */
export function deleteAttributes({ pool, users }: HostedPool, user: User, names: readonly string[]): void {
  const attributes = Object.entries(user.attributes).filter(([name]) => !names.includes(name));
  checkRequired(pool, Object.fromEntries(attributes));
  users.deleteAttributes(user.sub, [...names, ...names.map((name) => `${name}_verified`)]);
}

/** Attributes of a user as the API lists them. @param readable names that the app client may read; `undefined`: all */
export function listAttributes({ sub, attributes }: User, readable?: readonly string[]) {
  const shown = Object.entries(attributes).filter(([name]) => readable?.includes(name) ?? true);
  return [['sub', sub] as const, ...shown].map(([Name, Value]) => ({ Name, Value: String(Value) }));
}

const RULES: Readonly<Record<string, string>> = {
  'an upper-case letter': 'Password must have uppercase characters',
  'a lower-case letter': 'Password must have lowercase characters',
  'a number': 'Password must have numeric characters',
  'a symbol': 'Password must have symbol characters',
};

/** @throws UserPoolsApiError */
export function checkPassword(password: string, policy: PasswordPolicy): void {
  const [fault] = passwordFaults(password, policy);
  if (fault === undefined) return;
  const rule = RULES[fault] ?? 'Password not long enough';
  throw new UserPoolsApiError(
    'InvalidPasswordException',
    `Password did not conform with policy: ${rule}`,
    `the password policy requires ${fault}`,
  );
}

/** Returns `ValidationData` as triggers receive it. */
export function validationDataOf(
  list: z.output<typeof AttributeList> | undefined,
): Record<string, string> | undefined {
  return list && Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));
}
