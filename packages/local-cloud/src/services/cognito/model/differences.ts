import type { UserPool } from './user-pool';

/** Describes what users of the pool get on AWS only. */
export function differencesFromAws({ clients, domain, firstFactors }: UserPool): string[] {
  const codes = firstFactors.filter((factor) => factor !== 'PASSWORD');
  const withChoice = clients.filter(
    ({ loginPage, authFlows }) => loginPage && authFlows.includes('USER_AUTH'),
  );
  if (codes.length === 0 || domain?.managedLogin !== true) return [];
  return withChoice.map(
    ({ logicalId }) =>
      `The login pages of the app client ${logicalId} offer ${codes.join(' and ')} on AWS, and ask for the password only here. ` +
      'The user pools API offers them: sign in with the flow USER_AUTH.',
  );
}
