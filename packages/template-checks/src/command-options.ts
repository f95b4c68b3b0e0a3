import type { TextOption } from '@spa-on-aws/nx';

/** A template that is in no assembly. */
export const template = {
  type: 'string',
  placeholder: 'file',
  summary: 'a template in JSON to look at instead of an assembly',
  variable: 'INFRA_TEMPLATE',
} as const satisfies TextOption;
