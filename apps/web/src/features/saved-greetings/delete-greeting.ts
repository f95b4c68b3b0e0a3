import { deleteGreeting as operation } from '@spa-on-aws/shared-types';
import { callOperation } from '../../shared/api/api-client';
import type { Api } from '../../shared/api/api-context';
import { ApiStatusError } from '../../shared/api/errors';

/** Deletes a saved greeting. Also succeeds when it is already deleted. */
export async function deleteGreeting(api: Api, id: number): Promise<void> {
  try {
    await callOperation(api, operation, { params: { id } });
  } catch (error) {
    if (!(error instanceof ApiStatusError) || error.details.status !== 404) throw error;
  }
}
