import { relative } from 'node:path';
import { requireConnection } from '../aws/connection';
import { e2eCommand } from '../deploy/report';
import { UserError } from '../errors';
import { type Context, type Executor, nxCommand, type StageOptions } from '../executor';
import { writeCredentials } from '../outputs';
import { requireStack } from '../stack/deployed-stack';
import { generatePassword, UserPool } from './user-pool';

interface UserOptions extends StageOptions {
  readonly email: string | undefined;
  readonly permanent: boolean;
  readonly invite: boolean;
  readonly group: readonly string[];
  readonly e2e: boolean;
  readonly e2eEmail: string;
  readonly e2eProject: string | undefined;
}

/** Creates a user, sets a new password, or adds a user to groups. */
export const user: Executor<UserOptions> = {
  problems({ email, e2e, invite, permanent }) {
    return [
      ...(email === undefined && !e2e ? ['--email is missing: set the email address, or use --e2e.'] : []),
      ...(invite && permanent
        ? ['--invite and --permanent exclude each other: the password of an invitation is temporary.']
        : []),
      ...(invite && e2e ? ['--invite and --e2e exclude each other: tests cannot read email.'] : []),
    ];
  },
  async run(options, context) {
    const { terminal, interruption } = context;
    const connection = await requireConnection(options, context);
    const { outputs, name } = await requireStack(options, connection, context);
    const { UserPoolId: userPoolId, SiteUrl: siteUrl = '' } = outputs;
    if (!userPoolId) {
      throw new UserError(
        `${name} has no output UserPoolId: its user pool is unknown.`,
        nxCommand(context, 'deploy', options.stage),
      );
    }

    const pool = new UserPool(connection.clients.cognito, userPoolId, interruption.signal);
    await requireGroups(pool, name, options, context);
    const email = options.email ?? options.e2eEmail;
    const existing = await pool.find(email);
    interruption.setConsequences(() => `${email} may exist already; run this again to be sure.`);
    if (options.invite) {
      if (existing && existing.UserStatus !== 'FORCE_CHANGE_PASSWORD') {
        throw new UserError(
          `${email} is ${existing.UserStatus}: Cognito invites only users who have never signed in.`,
          `omit --invite to set a new password, or let the user choose "Forgot your password?"`,
        );
      }
      const again = existing && { MessageAction: 'RESEND' as const };
      await pool.create(email, { DesiredDeliveryMediums: ['EMAIL'], ...again });
      terminal.print(
        `\n${terminal.paint('green', '✔')} Cognito sends ${email} an invitation to sign in at ${siteUrl}`,
      );
    } else if (!existing || options.group.length === 0 || options.permanent || options.e2e) {
      await setPassword(email, existing !== undefined, pool, options, siteUrl, context);
    }
    for (const group of options.group) await pool.addToGroup(email, group);
    if (options.group.length > 0) {
      terminal.print(
        `${terminal.paint('green', '✔')} ${email} is in ${options.group.join(', ')}: tokens have the groups after the next sign-in or renewal.`,
      );
    }
    if (existing?.Enabled === false) {
      terminal.print(
        `  The user is disabled: aws cognito-idp admin-enable-user --user-pool-id ${userPoolId} --username ${email}`,
      );
    }
  },
};

/** Checks that the groups exist before anything changes. */
async function requireGroups(
  pool: UserPool,
  stackName: string,
  { group, stage }: UserOptions,
  context: Context,
): Promise<void> {
  if (group.length === 0) return;
  const existing = await pool.groups();
  const missing = group.filter((name) => !existing.includes(name));
  if (missing.length === 0) return;
  throw new UserError(
    `The user pool of ${stackName} has no group ${missing.join(', ')}. Its groups: ${existing.join(', ') || 'none'}.`,
    `use --group with one of them, or add the group to the stack and run ${nxCommand(context, 'deploy', stage)}`,
  );
}

async function setPassword(
  email: string,
  exists: boolean,
  pool: UserPool,
  { stage, permanent, e2e, e2eProject }: UserOptions,
  siteUrl: string,
  { terminal, projectRoot, workspaceRoot }: Context,
): Promise<void> {
  const { Policies, MfaConfiguration } = await pool.settings();
  if (e2e && MfaConfiguration === 'ON') {
    throw new UserError(
      `The user pool of stage ${stage} requires a second factor, which the tests do not have.`,
      'run them against a stage that does not require one',
    );
  }
  const isPermanent = permanent || e2e;
  const password = generatePassword(Policies?.PasswordPolicy);
  if (!exists) await pool.create(email, { MessageAction: 'SUPPRESS', TemporaryPassword: password });
  // `create` has set a temporary password.
  if (exists || isPermanent) await pool.setPassword(email, password, isPermanent);
  if (exists) await pool.signOut(email);

  const credentials = { username: email, password };
  const file = await writeCredentials(projectRoot, stage, e2e ? 'e2e' : 'user', credentials);
  const days = Policies?.PasswordPolicy?.TemporaryPasswordValidityDays;
  terminal.print(
    [
      '',
      `${terminal.paint('green', '✔')} ${email} ${exists ? 'has a new password' : 'can sign in'} at ${siteUrl}`,
      ...(exists
        ? ['  The refresh tokens of the user are revoked; access tokens are valid until they expire.']
        : []),
      isPermanent
        ? '  The password is permanent.'
        : `  The login page asks for a new password${days ? `, within ${days} days` : ''}.`,
      `  It is in ${relative(workspaceRoot, file)}, which only you can read.`,
      e2e
        ? `  The tests read it from there${e2eProject ? `: ${e2eCommand(e2eProject, stage)}` : '.'}`
        : '  Pass it on, then delete the file.',
    ].join('\n'),
  );
}
