import * as z from 'zod/mini';
import type { Operation } from './operation';
import { HEALTH_PATH, READY_PATH } from './paths';

/** `GET /health` */
export const getHealth = {
  id: 'getHealth',
  method: 'GET',
  path: HEALTH_PATH,
  summary: 'The process runs',
  status: 200,
  answer: z.object({ status: z.literal('ok') }),
} as const satisfies Operation;

/** `GET /ready` */
export const getReady = {
  id: 'getReady',
  method: 'GET',
  path: READY_PATH,
  summary: 'The process takes requests',
  status: 200,
  answer: z.object({ status: z.literal('ready') }),
} as const satisfies Operation;
