import * as z from 'zod/mini';

/** The media type of every error the API answers. */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** Problem details as in RFC 9457; `requestId` is ours, to quote when asking for help. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int().check(z.gte(400), z.lte(599)),
  detail: z.optional(z.string()),
  instance: z.optional(z.string()),
  requestId: z.optional(z.string()),
});
export type Problem = z.infer<typeof Problem>;
