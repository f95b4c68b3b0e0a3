import { User } from 'oidc-client-ts';
import { settings } from './settings';

/** Returns the user in the storage of a tab. */
export function storedUser({ storage }: { storage: Storage }): User | undefined {
  const stored = storage.getItem(`oidc.user:${settings.authority}:${settings.client_id}`);
  return stored === null ? undefined : User.fromStorageString(stored);
}
