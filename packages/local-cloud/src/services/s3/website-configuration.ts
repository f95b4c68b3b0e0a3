import { z } from 'zod';

/** How a bucket's website endpoint answers. */
export type Website =
  | { readonly indexDocument: string; readonly errorDocument: string | undefined }
  | { readonly redirectsTo: { readonly protocol: 'http' | 'https' | undefined; readonly hostName: string } };

/** Schema of `WebsiteConfiguration`. */
export const WebsiteConfiguration = z
  .strictObject({
    IndexDocument: z
      .string()
      .regex(/^[^/]+$/, 'must be a file name without a slash')
      .optional(),
    ErrorDocument: z.string().optional(),
    RedirectAllRequestsTo: z
      .strictObject({ HostName: z.string(), Protocol: z.enum(['http', 'https']).optional() })
      .optional(),
  })
  .transform((configuration, context): Website => {
    const { IndexDocument, ErrorDocument, RedirectAllRequestsTo: target } = configuration;
    if (target && IndexDocument === undefined && ErrorDocument === undefined)
      return { redirectsTo: { protocol: target.Protocol, hostName: target.HostName } };
    if (!target && IndexDocument !== undefined)
      return { indexDocument: IndexDocument, errorDocument: ErrorDocument };
    context.addIssue({
      code: 'custom',
      message: 'must have an IndexDocument, or RedirectAllRequestsTo and nothing else',
    });
    return z.NEVER;
  });
