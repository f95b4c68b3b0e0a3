import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  UserNotFoundException,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';

/** Somebody in a user pool. */
export interface Person {
  /** `FORCE_CHANGE_PASSWORD` until they have chosen a password of their own, `CONFIRMED` after that. */
  readonly status: string;
  readonly enabled: boolean;
}

/** What people are added to, and asked about. */
export class People {
  constructor(
    private readonly cognito: CognitoIdentityProviderClient,
    private readonly userPoolId: string,
    private readonly signal: AbortSignal,
  ) {}

  /** The pool's settings: password policy, second factor. */
  async settings(): Promise<UserPoolType> {
    const request = new DescribeUserPoolCommand({ UserPoolId: this.userPoolId });
    const { UserPool = {} } = await this.cognito.send(request, { abortSignal: this.signal });
    return UserPool;
  }

  async find(email: string): Promise<Person | undefined> {
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

  /** Adds somebody with a temporary password, and tells nobody. */
  async add(email: string, temporaryPassword: string): Promise<void> {
    await this.#create(email, { MessageAction: 'SUPPRESS', TemporaryPassword: temporaryPassword });
  }

  /** Adds somebody, or reminds them; Cognito makes up the temporary password and sends it. */
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
    how: Pick<
      AdminCreateUserCommand['input'],
      'MessageAction' | 'TemporaryPassword' | 'DesiredDeliveryMediums'
    >,
  ): Promise<void> {
    const request = new AdminCreateUserCommand({
      UserPoolId: this.userPoolId,
      Username: email,
      // Only a verified address can be used to recover an account.
      UserAttributes: [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ],
      ...how,
    });
    await this.cognito.send(request, { abortSignal: this.signal });
  }
}
