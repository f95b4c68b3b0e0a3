import { z } from 'zod';
import {
  cfnBoolean,
  cfnInteger,
  invalidProperty,
  type Resource,
  withoutEffect,
} from '@spa-on-aws/cloudformation';
import type { TargetGroup } from './target-group';

export type ListenerAction =
  | {
      readonly type: 'forward';
      readonly groups: readonly { readonly group: TargetGroup; readonly weight: number }[];
    }
  | {
      readonly type: 'fixed-response';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
    }
  | {
      readonly type: 'redirect';
      readonly status: 301 | 302;
      /** May contain `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}` of the request. */
      readonly location: {
        readonly protocol: string;
        readonly host: string;
        readonly port: string;
        readonly path: string;
        readonly query: string;
      };
    };

export const ActionProperties = z
  .array(
    z.strictObject({
      Type: z.enum(['forward', 'fixed-response', 'redirect'], {
        error: ({ input }) => `${String(input)} is not supported; use forward, fixed-response or redirect`,
      }),
      TargetGroupArn: z.string().optional(),
      ForwardConfig: z
        .strictObject({
          TargetGroups: z
            .array(z.strictObject({ TargetGroupArn: z.string(), Weight: cfnInteger.default(1) }))
            .min(1),
          TargetGroupStickinessConfig: z
            .strictObject({
              Enabled: cfnBoolean
                .refine((enabled) => !enabled, 'stickiness is not supported; targets are chosen round robin')
                .optional(),
              ...withoutEffect('DurationSeconds'),
            })
            .optional(),
        })
        .optional(),
      FixedResponseConfig: z
        .strictObject({
          StatusCode: z
            .union([z.string(), z.number().transform(String)])
            .pipe(z.string().regex(/^[245]\d\d$/, 'must be 2xx, 4xx or 5xx')),
          ContentType: z.string().default('text/plain'),
          MessageBody: z.string().default(''),
        })
        .optional(),
      RedirectConfig: z
        .strictObject({
          StatusCode: z.enum(['HTTP_301', 'HTTP_302']),
          Protocol: z.string().default('#{protocol}'),
          Host: z.string().default('#{host}'),
          Port: z.union([z.string(), z.number().transform(String)]).default('#{port}'),
          Path: z.string().default('/#{path}'),
          Query: z.string().default('#{query}'),
        })
        .optional(),
      ...withoutEffect('Order'),
    }),
  )
  .length(1, 'must be one action: authentication is not supported');

/** Reads the single action of a listener or rule. @throws InvalidPropertyError */
export function readAction(
  resource: Resource,
  property: string,
  [action]: z.output<typeof ActionProperties>,
  targetGroups: ReadonlyMap<string, TargetGroup>,
): ListenerAction {
  const invalid = (detail: string): never => invalidProperty(resource, property, detail);
  if (!action) return invalid('must be one action.');
  const { FixedResponseConfig: fixed, RedirectConfig: redirect } = action;
  switch (action.Type) {
    case 'fixed-response':
      return fixed
        ? {
            type: 'fixed-response',
            status: Number(fixed.StatusCode),
            contentType: fixed.ContentType,
            body: fixed.MessageBody,
          }
        : invalid('fixed-response needs a FixedResponseConfig.');
    case 'redirect':
      return redirect
        ? {
            type: 'redirect',
            status: redirect.StatusCode === 'HTTP_301' ? 301 : 302,
            location: {
              protocol: redirect.Protocol,
              host: redirect.Host,
              port: redirect.Port,
              path: redirect.Path,
              query: redirect.Query,
            },
          }
        : invalid('redirect needs a RedirectConfig.');
    case 'forward': {
      const all = action.ForwardConfig?.TargetGroups ?? [
        { TargetGroupArn: action.TargetGroupArn ?? '', Weight: 1 },
      ];
      // A group with weight 0 gets no request. ECS uses it during a gradual deployment.
      const chosen = all.some(({ Weight }) => Weight > 0) ? all.filter(({ Weight }) => Weight > 0) : all;
      const groups = chosen.map(({ TargetGroupArn, Weight }) => ({
        group:
          targetGroups.get(TargetGroupArn) ??
          invalid(`${TargetGroupArn} is not a target group of this stack.`),
        weight: Weight,
      }));
      return { type: 'forward', groups };
    }
  }
}
