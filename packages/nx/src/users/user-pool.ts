import { randomInt } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  type AdminCreateUserCommandInput,
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  paginateListGroups,
  type PasswordPolicyType,
  UserNotFoundException,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';

/** Admin API of a user pool. */
export class UserPool {
  constructor(
    private readonly cognito: CognitoIdentityProviderClient,
    private readonly UserPoolId: string,
    private readonly abortSignal: AbortSignal,
  ) {}

  /** Returns the pool's settings: password policy, multi-factor authentication. */
  async settings(): Promise<UserPoolType> {
    const request = new DescribeUserPoolCommand({ UserPoolId: this.UserPoolId });
    return (await this.cognito.send(request, { abortSignal: this.abortSignal })).UserPool ?? {};
  }

  /** The status is `FORCE_CHANGE_PASSWORD` until the user has chosen a password, then `CONFIRMED`. */
  async find(email: string): Promise<AdminGetUserCommandOutput | undefined> {
    const request = new AdminGetUserCommand({ UserPoolId: this.UserPoolId, Username: email });
    try {
      return await this.cognito.send(request, { abortSignal: this.abortSignal });
    } catch (error) {
      if (error instanceof UserNotFoundException) return undefined;
      throw error;
    }
  }

  /** @param settings temporary password and how Cognito sends it; by default, Cognito generates and sends one */
  async create(email: string, settings: Partial<AdminCreateUserCommandInput>): Promise<void> {
    const request = new AdminCreateUserCommand({
      UserPoolId: this.UserPoolId,
      Username: email,
      // Account recovery needs a verified address.
      UserAttributes: [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ],
      ...settings,
    });
    await this.cognito.send(request, { abortSignal: this.abortSignal });
  }

  /** Returns the names of all groups. */
  async groups(): Promise<string[]> {
    const { cognito: client, UserPoolId, abortSignal } = this;
    const names: string[] = [];
    for await (const { Groups = [] } of paginateListGroups({ client }, { UserPoolId }, { abortSignal })) {
      names.push(...Groups.flatMap(({ GroupName }) => GroupName ?? []));
    }
    return names;
  }

  async addToGroup(Username: string, GroupName: string): Promise<void> {
    const { UserPoolId, abortSignal } = this;
    const request = new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName });
    await this.cognito.send(request, { abortSignal });
  }

  async setPassword(Username: string, Password: string, Permanent: boolean): Promise<void> {
    const { UserPoolId, abortSignal } = this;
    const request = new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent });
    await this.cognito.send(request, { abortSignal });
  }

  /** Revokes all refresh tokens of a user. A new password does not. API Gateway accepts access tokens until they expire. */
  async signOut(Username: string): Promise<void> {
    const { UserPoolId, abortSignal } = this;
    await this.cognito.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username }), { abortSignal });
  }
}

/** Characters that are not mistaken for one another, and that need no quoting in shells and emails. */
const KINDS = ['abcdefghijkmnpqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '-_.+=@%'];

/** Generates a password for a user pool's policy: at least 20 characters, with at least one of each kind. */
export function generatePassword({ MinimumLength = 0 }: PasswordPolicyType = {}): string {
  const all = KINDS.join('');
  const shuffled: string[] = [];
  for (let index = 0; index < Math.max(20, MinimumLength); index += 1) {
    const characters = KINDS[index] ?? all;
    shuffled.splice(randomInt(index + 1), 0, characters.charAt(randomInt(characters.length)));
  }
  return shuffled.join('');
}
