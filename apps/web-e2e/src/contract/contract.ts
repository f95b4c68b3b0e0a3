import { API_GATEWAY } from './api-gateway';
import { COGNITO } from './cognito';
import type { Expectation } from './expectation';
import { SITE } from './site';

/** Responses of every deployment of this repository, local or on AWS. */
export const CONTRACT: readonly Expectation[] = [...SITE, ...API_GATEWAY, ...COGNITO];
