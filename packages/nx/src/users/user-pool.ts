import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  UserNotFoundException,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';

/** A user in a user pool. */
export interface PoolUser {
  /** `FORCE_CHANGE_PASSWORD` until the user has chosen a password, then `CONFIRMED`. */
  readonly status: string;
  readonly enabled: boolean;
}

/** Admin API of a user pool. */
export class UserPool {
  constructor(
    private readonly cognito: CognitoIdentityProviderClient,
    private readonly userPoolId: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Returns the pool's settings: password policy, multi-factor authentication. */
  async settings(): Promise<UserPoolType> {
    const request = new DescribeUserPoolCommand({ UserPoolId: this.userPoolId });
    const { UserPool = {} } = await this.cognito.send(request, { abortSignal: this.signal });
    return UserPool;
  }

  async find(email: string): Promise<PoolUser | undefined> {
    const request = new AdminGetUserCommand({ UserPoolId: this.userPoolId, Username: email });
    try {
      const { UserStatus = 'UNKNOWN', Enabled = true } = await this.cognito.send(request, {
        abortSignal: this.signal,
      });
      return { status: UserStatus, enabled: Enabled };
    } catch (error) {
      if (error instanceof UserNotFoundException) return undefined;
      throw error;
    }
  }

  /** Creates a user with a temporary password, without an email. */
  async create(email: string, temporaryPassword: string): Promise<void> {
    await this.#create(email, { MessageAction: 'SUPPRESS', TemporaryPassword: temporaryPassword });
  }

  /** Creates a user, or sends the invitation again. Cognito generates the temporary password and sends it. */
  async invite(email: string, again: boolean): Promise<void> {
    await this.#create(email, {
      DesiredDeliveryMediums: ['EMAIL'],
      ...(again ? { MessageAction: 'RESEND' as const } : {}),
    });
  }

  async setPassword(email: string, password: string, permanent: boolean): Promise<void> {
    const request = new AdminSetUserPasswordCommand({
      UserPoolId: this.userPoolId,
      Username: email,
      Password: password,
      Permanent: permanent,
    });
    await this.cognito.send(request, { abortSignal: this.signal });
  }

  async #create(
    email: string,
    settings: Pick<
      AdminCreateUserCommand['input'],
      'MessageAction' | 'TemporaryPassword' | 'DesiredDeliveryMediums'
    >,
  ): Promise<void> {
    const request = new AdminCreateUserCommand({
      UserPoolId: this.userPoolId,
      Username: email,
      // Account recovery needs a verified address.
      UserAttributes: [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ],
      ...settings,
    });
    await this.cognito.send(request, { abortSignal: this.signal });
  }
}
