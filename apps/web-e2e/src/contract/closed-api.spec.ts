import { at, type Expectation, type Facts } from '@spa-on-aws/local-cloud/contract';
import { test } from '../fixtures';
import { expectResponse, send } from './contract';

const call = (referer?: (facts: Facts) => string): Pick<Expectation, 'target' | 'headers'> => ({
  target: ({ apiPath }) => apiPath,
  headers: (facts) => ({
    authorization: `Bearer ${facts.tokens.access_token}`,
    ...(referer && { referer: referer(facts) }),
  }),
});
const ofPage = ({ deployment }: Facts): string => `${deployment.siteUrl}/`;
const FORBIDDEN = {
  status: 403,
  responseHeaders: { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' },
  responseBody:
    /^\{"message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: /,
};

/** Responses of an API whose own endpoint is closed (`closeApiEndpoint`), to a user with a valid token. */
const CLOSED_API = [
  ...at('site', {
    'a call through the distribution is accepted (AG-PX-09)': { ...call(), status: 200 },
    'the Referer of a page does not replace the secret (AG-PX-09)': { ...call(ofPage), status: 200 },
  }),
  ...at('execute-api', {
    'a call without the secret is rejected (AG-PX-09)': { ...call(), ...FORBIDDEN },
    'the Referer of a page is not the secret (AG-PX-09)': { ...call(ofPage), ...FORBIDDEN },
    'a wrong secret is rejected (AG-PX-09)': { ...call(() => 'x'.repeat(64)), ...FORBIDDEN },
  }),
];

for (const expectation of CLOSED_API) {
  test(expectation.name, async ({ facts }) => {
    expectResponse(expectation, facts, await send(expectation, facts));
  });
}
