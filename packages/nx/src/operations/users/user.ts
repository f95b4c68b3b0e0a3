import { join, relative } from 'node:path';
import { CheckList } from '../checks/check-list';
import { checkConnection } from '../checks/connection';
import { profile, region, stage } from '../command-line/common-options';
import { defineCommand } from '../command-line/command';
import type { Context } from '../context';
import { PersonRefused } from '../errors';
import { requireStack } from '../stack/deployed-stack';
import { writeAccount } from './account-file';
import { generatePassword } from './password';
import { People, type Person } from './people';

/** The account of the end-to-end tests; nobody can receive mail there (RFC 2606). */
const E2E_EMAIL = 'e2e@spa-on-aws.example';

/** `nx user infra` */
export const user = defineCommand({
  name: 'user',
  summary:
    'Adds a person who can sign in at a stage, or gives one a new password. The password is made up, and written to a file in ' +
    'libs/infra/outputs that only you can read; it is not printed, because Nx and CI runners keep what is printed.',
  options: {
    stage,
    email: {
      type: 'string',
      placeholder: 'address',
      summary: 'whose account it is',
      variable: 'INFRA_EMAIL',
      problem: (address) =>
        /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address) && address.length <= 128
          ? undefined
          : `'${address}' is no e-mail address: use one such as ada@example.com`,
    },
    permanent: {
      type: 'boolean',
      summary: 'the password stays; without it, the login page asks for a new one',
      variable: 'INFRA_PERMANENT',
    },
    invite: {
      type: 'boolean',
      summary: 'Cognito makes up the password and sends it by e-mail',
      variable: 'INFRA_INVITE',
    },
    e2e: {
      type: 'boolean',
      summary: `the account of the end-to-end tests (${E2E_EMAIL}, permanent)`,
      variable: 'INFRA_E2E',
    },
    region,
    profile,
  },
  examples: [
    { command: 'npx nx user infra --email=ada@example.com', description: 'a temporary password' },
    { command: 'npx nx user infra -c prod --email=ada@example.com --invite', description: 'sent by e-mail' },
    { command: 'npx nx user infra --e2e', description: 'for npx nx e2e web-e2e -c deployed' },
  ],
  faults({ email, e2e, invite, permanent }) {
    return [
      ...(email === undefined && !e2e
        ? ['--email is missing: name whose account it is, or take --e2e.']
        : []),
      ...(invite && permanent
        ? ['--invite and --permanent exclude each other: an invitation is temporary.']
        : []),
      ...(invite && e2e ? ['--invite and --e2e exclude each other: nobody reads the mail of tests.'] : []),
    ];
  },
  async run(values, context) {
    const { terminal, interruption } = context;
    const checks = new CheckList(terminal);
    const connection = await checkConnection(checks, values, context);
    checks.mustHavePassed();
    if (!connection) return;
    const { clients, words } = connection;
    const { outputs, name } = await requireStack(
      clients.cloudFormation,
      values.stage,
      words,
      interruption.signal,
    );
    const { UserPoolId: userPoolId, SiteUrl: siteUrl = '' } = outputs;
    if (!userPoolId) {
      throw new PersonRefused(
        `${name} has no output UserPoolId, so it is not known where people are added.`,
        {
          remedy: `npx nx deploy infra --stage=${values.stage}`,
        },
      );
    }

    const people = new People(clients.cognito, userPoolId, interruption.signal);
    const email = values.email ?? E2E_EMAIL;
    const known = await people.find(email);
    interruption.means(() => `${email} may have been added already; do it again to be sure.`);
    if (values.invite) {
      await invite(email, known, people);
      terminal.print(
        `\n${terminal.paint('green', '✔')} Cognito writes to ${email}: how to sign in at ${siteUrl}`,
      );
    } else {
      await setPassword(email, known, people, values, siteUrl, context);
    }
    if (known && !known.enabled) {
      terminal.print(
        `  The account is disabled: aws cognito-idp admin-enable-user --user-pool-id ${userPoolId} --username ${email}`,
      );
    }
  },
});

async function invite(email: string, known: Person | undefined, people: People): Promise<void> {
  if (known && known.status !== 'FORCE_CHANGE_PASSWORD') {
    throw new PersonRefused(
      `${email} is ${known.status}: Cognito invites only people who have not signed in yet.`,
      {
        remedy: `leave out --invite to give them a new password, or let them use "Forgot your password?"`,
      },
    );
  }
  await people.invite(email, known !== undefined);
}

async function setPassword(
  email: string,
  known: Person | undefined,
  people: People,
  { stage, permanent, e2e }: { readonly stage: string; readonly permanent: boolean; readonly e2e: boolean },
  siteUrl: string,
  { terminal, directory }: Context,
): Promise<void> {
  const { Policies, MfaConfiguration } = await people.settings();
  if (e2e && MfaConfiguration === 'ON') {
    throw new PersonRefused(
      `The user pool of stage ${stage} requires a second factor, which the tests do not have.`,
      {
        remedy: 'run them against a stage that does not require one',
      },
    );
  }
  const stays = permanent || e2e;
  const password = generatePassword(Policies?.PasswordPolicy);
  if (!known) await people.add(email, password);
  // A temporary password was given to whoever is new.
  if (known || stays) await people.setPassword(email, password, stays);

  const file = await writeAccount(directory, stage, e2e ? 'e2e' : 'person', { username: email, password });
  const days = Policies?.PasswordPolicy?.TemporaryPasswordValidityDays;
  terminal.print(
    [
      '',
      `${terminal.paint('green', '✔')} ${email} ${known ? 'has a new password' : 'can sign in'} at ${siteUrl}`,
      `  ${stays ? 'The password stays' : `The login page asks for a new password${days ? `, within ${days} days` : ''}`}.`,
      `  It is in ${relative(join(directory, '../..'), file)}, which only you can read.`,
      e2e
        ? `  The tests find it there: npx nx e2e web-e2e -c deployed${stage === 'dev' ? '' : ` (with DEPLOYED_STAGE=${stage})`}`
        : '  Hand it over, then delete the file.',
    ].join('\n'),
  );
}
