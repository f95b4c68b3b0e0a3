import { OPENAPI_PATH, type Operation } from '@spa-on-aws/shared-types';
import * as z from 'zod/mini';
import { type OperationRoute, route } from '../http/operation-routes';
import { openApiOf } from './openapi';

/** `GET /api/openapi.json` */
const getOpenApi = {
  id: 'getOpenApi',
  method: 'GET',
  path: OPENAPI_PATH,
  summary: 'This document',
  status: 200,
  answer: z.record(z.string(), z.unknown()),
} as const satisfies Operation;

/**
 * `/api/openapi.json`: describes operations, and itself.
 *
 * @param scope that tokens need, if they are looked at
 */
export function openApiRoutes(operations: readonly Operation[], scope?: string): OperationRoute[] {
  let document: Record<string, unknown> | undefined;
  return [route(getOpenApi, () => (document ??= openApiOf([...operations, getOpenApi], scope)))];
}
