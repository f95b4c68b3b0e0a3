import { ApiRefusedError, ApiUnreachableError } from '../../shared/api/api-errors';

/** What a request to the API passes, in this order. */
export const hops = ['Browser', 'CloudFront', 'API Gateway', 'API'] as const;
export type Hop = (typeof hops)[number];

/** Which hop ended a request that failed, when the failure tells. */
export function stoppedAt(error: unknown): Hop | undefined {
  if (error instanceof ApiUnreachableError) return 'Browser';
  if (!(error instanceof ApiRefusedError)) return undefined;
  return ({ gateway: 'API Gateway', api: 'API', unknown: undefined } as const)[error.refusal.by];
}
