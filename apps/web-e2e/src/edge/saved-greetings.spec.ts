import type { APIRequestContext, APIResponse } from '@playwright/test';
import {
  deleteGreeting,
  GREETING_PATH,
  GREETINGS_PATH,
  GreetingPage,
  Problem,
  SavedGreeting,
} from '@spa-on-aws/shared-types';
import { expect, test as base } from '../fixtures';
import { describedApi } from '../openapi';
import { SignedInUser } from '../signed-in-user';

/** Client for the saved greetings of a user, through the site. */
class Greetings {
  readonly #headers: Record<string, string>;

  constructor(
    private readonly request: APIRequestContext,
    token: string,
  ) {
    this.#headers = { authorization: `Bearer ${token}` };
  }

  /** Fetches a greeting, which is not saved. */
  fetch(): Promise<APIResponse> {
    return this.request.get(GREETING_PATH, { headers: this.#headers });
  }

  async save(name: string): Promise<SavedGreeting> {
    const response = await this.request.post(GREETINGS_PATH, { headers: this.#headers, data: { name } });
    expect(response.status()).toBe(201);
    return SavedGreeting.parse(await response.json());
  }

  async page(params: Readonly<Record<string, string>> = {}): Promise<GreetingPage> {
    const response = await this.request.get(GREETINGS_PATH, { headers: this.#headers, params });
    expect(response.status()).toBe(200);
    return GreetingPage.parse(await response.json());
  }

  /** Returns the ids of all greetings, page by page. */
  async all(): Promise<number[]> {
    const ids: number[] = [];
    for (let next: string | undefined = ''; next !== undefined;) {
      const page: GreetingPage = await this.page({ limit: '100', ...(next === '' ? {} : { next }) });
      ids.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    return ids;
  }

  delete(id: number): Promise<APIResponse> {
    return this.request.delete(`${GREETINGS_PATH}/${id}`, { headers: this.#headers });
  }
}

const test = base.extend<{ mine: Greetings; theirs: Greetings }, { readonly otherUser: SignedInUser }>({
  otherUser: [
    async ({ browser, deployment }, use) => {
      const user = await SignedInUser.signIn(browser, deployment, deployment.otherAccount);
      await use(user);
      await user.close();
    },
    { scope: 'worker' },
  ],
  mine: async ({ request, tokens }, use) => use(new Greetings(request, tokens.access_token)),
  theirs: async ({ request, otherUser }, use) =>
    use(new Greetings(request, (await otherUser.tokens()).access_token)),
});

test('saved greetings are listed newest first, page by page, without duplicates', async ({ mine }) => {
  const saved: number[] = [];
  for (const name of ['Ada', 'Grace', 'Edsger', 'Barbara', 'Alan']) saved.push((await mine.save(name)).id);
  const found: number[] = [];
  const times: string[] = [];
  // Other tests use the same account at the same time.
  for (let next: string | undefined, pages = 0; pages < 500; pages += 1) {
    const page: GreetingPage = await mine.page({ limit: '2', ...(next === undefined ? {} : { next }) });
    expect(page.items.length).toBeLessThanOrEqual(2);
    found.push(...page.items.map(({ id }) => id));
    times.push(...page.items.map(({ greetedAt }) => greetedAt));
    next = page.next;
    if (next === undefined || saved.every((id) => found.includes(id))) break;
  }
  expect(found.filter((id) => saved.includes(id))).toEqual([...saved].reverse());
  expect(new Set(found).size).toBe(found.length);
  expect(times).toEqual([...times].sort().reverse());
});

test('a fetched greeting is not saved', async ({ mine }) => {
  const { id } = (await (await mine.fetch()).json()) as { id: number };
  expect(await mine.all()).not.toContain(id);
});

test('a user can delete a greeting once', async ({ mine }) => {
  const { id } = await mine.save('Ada');
  const deleted = await mine.delete(id);
  expect([deleted.status(), await deleted.text()]).toEqual([204, '']);
  expect((await mine.page({ limit: '100' })).items.map((greeting) => greeting.id)).not.toContain(id);
  const again = await mine.delete(id);
  expect(again.status()).toBe(404);
  expect(Problem.parse(await again.json())).toMatchObject({ status: 404 });
});

test.describe('another user', () => {
  test.skip(({ deployment }) => !deployment.otherAccount, 'there is only one account');

  test('can neither see nor delete a greeting', async ({ mine, theirs }) => {
    const { id } = await mine.save('Ada');
    const { id: otherId } = await theirs.save('Grace');
    const found = await theirs.all();
    expect(found).toContain(otherId);
    expect(found).not.toContain(id);
    expect((await theirs.delete(id)).status()).toBe(404);
    expect(await mine.all()).toContain(id);
  });

  test('sees no greeting with the next-page cursor of the first user', async ({ mine, theirs }) => {
    const saved = [(await mine.save('Ada')).id, (await mine.save('Ada')).id];
    const { next = 'the list has two greetings, but no next page' } = await mine.page({ limit: '1' });
    const { items } = await theirs.page({ limit: '100', next });
    expect(items.map(({ id }) => id).filter((id) => saved.includes(id))).toEqual([]);
  });
});

test('responses about saved greetings match the OpenAPI description', async ({ request, tokens }) => {
  const { call, expectDescribed } = await describedApi(request, tokens.access_token);
  const made = await call('POST', GREETINGS_PATH, '{"name":"Ada"}');
  await expectDescribed(201, 'POST', GREETINGS_PATH, made);
  await expectDescribed(200, 'GET', GREETINGS_PATH, await call('GET', `${GREETINGS_PATH}?limit=1`));
  await expectDescribed(400, 'GET', GREETINGS_PATH, await call('GET', `${GREETINGS_PATH}?limit=0`));
  await expectDescribed(400, 'POST', GREETINGS_PATH, await call('POST', GREETINGS_PATH, '{"name":'));
  const tooLarge = `{"name":"${'x'.repeat(20_000)}"}`;
  await expectDescribed(413, 'POST', GREETINGS_PATH, await call('POST', GREETINGS_PATH, tooLarge));
  const [path, url] = [deleteGreeting.path, `${GREETINGS_PATH}/${SavedGreeting.parse(await made.json()).id}`];
  await expectDescribed(204, 'DELETE', path, await call('DELETE', url));
  await expectDescribed(404, 'DELETE', path, await call('DELETE', url));
});
