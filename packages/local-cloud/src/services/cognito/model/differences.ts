import type { UserPool } from './user-pool';

/** Describes what users of the pool get on AWS only. */
export function differencesFromAws({
  logicalId,
  allowsPasskeys,
  clients,
  customSenders,
  domain,
  firstFactors,
}: UserPool): string[] {
  const codes = firstFactors.filter((factor) => factor !== 'PASSWORD');
  const offersCodes = codes.length > 0 && domain?.managedLogin === true;
  return [
    ...clients
      .filter(({ loginPage, authFlows }) => offersCodes && loginPage && authFlows.includes('USER_AUTH'))
      .map(
        (client) =>
          `The login pages of the app client ${client.logicalId} offer ${codes.join(' and ')} on AWS, and ask for the password only here. ` +
          'The user pools API offers them: sign in with the flow USER_AUTH.',
      ),
    ...(allowsPasskeys
      ? [`Users of the user pool ${logicalId} cannot register passkeys here. No user is offered WEB_AUTHN.`]
      : []),
    ...customSenders.map(
      (name) =>
        `The user pool ${logicalId} does not call ${name}: its codes are encrypted with a KMS key, which exists on AWS only. The log has all messages.`,
    ),
  ];
}
