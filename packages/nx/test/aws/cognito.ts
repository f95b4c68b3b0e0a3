import { type Answer, jsonAnswer, ServiceError } from './answer';

/** Somebody in the fake user pool. */
export interface FakePerson {
  status: string;
  password: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Mails Cognito would have sent. */
  invitations: number;
}

/** The administrators' side of one user pool. */
export class FakeCognito {
  readonly people = new Map<string, FakePerson>();
  mfa: 'OFF' | 'OPTIONAL' | 'ON' = 'OPTIONAL';

  answer(operation: string, input: Readonly<Record<string, unknown>>): Answer {
    const username = String(input['Username'] ?? '').toLowerCase();
    const person = this.people.get(username);
    switch (operation) {
      case 'DescribeUserPool':
        return jsonAnswer({
          UserPool: {
            MfaConfiguration: this.mfa,
            Policies: { PasswordPolicy: { MinimumLength: 12, TemporaryPasswordValidityDays: 3 } },
          },
        });
      case 'AdminGetUser':
        return jsonAnswer({ Username: username, UserStatus: this.#known(person).status, Enabled: true });
      case 'AdminCreateUser':
        return this.#create(username, person, input);
      case 'AdminSetUserPassword': {
        const known = this.#known(person);
        known.password = String(input['Password']);
        known.status = input['Permanent'] ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
        return jsonAnswer({});
      }
      default:
        throw new ServiceError('UnknownOperationException', `fake Cognito has no ${operation}`);
    }
  }

  #create(
    username: string,
    person: FakePerson | undefined,
    input: Readonly<Record<string, unknown>>,
  ): Answer {
    const { MessageAction } = input;
    if (MessageAction === 'RESEND') {
      this.#known(person).invitations += 1;
      return jsonAnswer({});
    }
    if (person) throw new ServiceError('UsernameExistsException', 'User account already exists');
    const attributes = (input['UserAttributes'] as { Name: string; Value: string }[]).map(
      ({ Name, Value }) => [Name, Value] as const,
    );
    this.people.set(username, {
      status: 'FORCE_CHANGE_PASSWORD',
      password: String(input['TemporaryPassword'] ?? 'made up by Cognito'),
      attributes: Object.fromEntries(attributes),
      invitations: MessageAction === 'SUPPRESS' ? 0 : 1,
    });
    return jsonAnswer({});
  }

  #known(person: FakePerson | undefined): FakePerson {
    if (!person) throw new ServiceError('UserNotFoundException', 'User does not exist.');
    return person;
  }
}
