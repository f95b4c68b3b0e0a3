import { test } from '../fixtures';
import { CONTRACT, expectResponse, send, urlOf } from './contract';
import { expect } from '../fixtures';

for (const expectation of CONTRACT) {
  test(expectation.name, async ({ facts }) => {
    test.skip(urlOf(expectation.endpoint, facts) === undefined, 'this deployment lacks the endpoint');
    const conforms = async () => expectResponse(expectation, facts, await send(expectation, facts));
    if (expectation.cached) await expect(conforms).toPass({ intervals: [300], timeout: 10_000 });
    else await conforms();
  });
}
