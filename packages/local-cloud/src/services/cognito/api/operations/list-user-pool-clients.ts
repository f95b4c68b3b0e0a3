import { z } from 'zod';
import { nameOf } from '../../pipeline/hosted-pool';
import { poolOf } from '../lookup';
import { Limit, pageOf } from '../pagination';
import { defineOperation } from '../operation';

/** Lists the app clients of a user pool. */
export const listUserPoolClients = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string(), MaxResults: Limit, NextToken: z.string().optional() }),
  run({ UserPoolId, MaxResults, NextToken }, call) {
    const hosted = poolOf(call, UserPoolId);
    const { items, next } = pageOf(hosted.pool.clients, MaxResults, NextToken);
    const clients = items.map((client) => ({ ClientId: client.id, ClientName: nameOf(client), UserPoolId }));
    return { UserPoolClients: clients, NextToken: next };
  },
});
