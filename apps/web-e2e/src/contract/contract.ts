import { API_GATEWAY } from './api-gateway';
import { COGNITO } from './cognito';
import type { Expectation } from './expectation';
import { SITE } from './site';

/** What every deployment of this repository answers, on a laptop and on AWS. */
export const CONTRACT: readonly Expectation[] = [...SITE, ...API_GATEWAY, ...COGNITO];
