import { comparable } from '@spa-on-aws/local-cloud/contract';
import { localDeployment } from '../deployment';
import { expect, test as base } from '../fixtures';
import { CONTRACT, send, urlOf } from './contract';
import { collectFacts, type Facts } from './facts';

const test = base.extend<object, { readonly localFacts: Facts }>({
  localFacts: [
    async ({ browser }, use) => use(await collectFacts(localDeployment('local-cloud'), browser)),
    { scope: 'worker', timeout: 120_000 },
  ],
});

for (const expectation of CONTRACT) {
  test(`same response: ${expectation.name}`, async ({ facts, localFacts }) => {
    for (const { deployment, ...rest } of [facts, localFacts]) {
      const url = urlOf(expectation.endpoint, { deployment, ...rest });
      test.skip(url === undefined, `${deployment.siteUrl} lacks the endpoint`);
    }
    const same = async () => {
      const [here, there] = await Promise.all([send(expectation, localFacts), send(expectation, facts)]);
      expect(comparable(there, facts)).toEqual(comparable(here, localFacts));
    };
    if (expectation.cached) await expect(same).toPass({ intervals: [300], timeout: 10_000 });
    else await same();
  });
}
