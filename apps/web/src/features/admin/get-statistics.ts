import { getStatistics as operation, type Statistics } from '@spa-on-aws/shared-types';
import { callOperation } from '../../shared/api/api-client';
import type { Api } from '../../shared/api/api-context';

/** Fetches the statistics of the API. Only administrators may. */
export function getStatistics(api: Api, signal: AbortSignal): Promise<Statistics> {
  return callOperation(api, operation, {}, signal);
}
