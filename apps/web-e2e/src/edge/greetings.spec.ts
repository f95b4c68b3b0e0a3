import type { Browser } from '@playwright/test';
import { GREETINGS_PATH, GreetingPage, SavedGreeting, Problem } from '@spa-on-aws/shared-types';
import type { Account, Deployment } from '../deployment';
import { exchange, type WireResponse } from '../exchange';
import { expect, test } from '../fixtures';
import { SignedInUser } from '../signed-in-user';

/** Client for the greetings of a user, through the site. */
class Greetings {
  constructor(
    private readonly siteUrl: string,
    private readonly token: string,
  ) {}

  async make(name: string): Promise<SavedGreeting> {
    const response = await this.#call('POST', '', JSON.stringify({ name }));
    expect(response.status).toBe(201);
    return SavedGreeting.parse(JSON.parse(response.body.toString()));
  }

  async page(query: Readonly<Record<string, string>> = {}): Promise<GreetingPage> {
    const response = await this.#call('GET', `?${new URLSearchParams(query).toString()}`);
    expect(response.status).toBe(200);
    return GreetingPage.parse(JSON.parse(response.body.toString()));
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

  delete(id: number): Promise<WireResponse> {
    return this.#call('DELETE', `/${id}`);
  }

  #call(method: string, rest: string, body?: string): Promise<WireResponse> {
    return exchange({
      method,
      origin: this.siteUrl,
      target: GREETINGS_PATH + rest,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    });
  }
}

async function greetingsOf(
  browser: Browser,
  deployment: Deployment,
  account: Account = deployment.account,
): Promise<Greetings> {
  const user = await SignedInUser.signIn(browser, deployment, account);
  const { access_token: token } = await user.tokens();
  await user.close();
  return new Greetings(deployment.siteUrl, token);
}

async function bothUsers(deployment: Deployment, browser: Browser): Promise<[Greetings, Greetings]> {
  const { otherAccount } = deployment;
  test.skip(otherAccount === undefined, 'there is only one account');
  return Promise.all([
    greetingsOf(browser, deployment),
    greetingsOf(browser, deployment, otherAccount ?? deployment.account),
  ]);
}

test('greetings are listed newest first, page by page, without duplicates', async ({
  deployment,
  browser,
}) => {
  const greetings = await greetingsOf(browser, deployment);
  const made: number[] = [];
  for (const name of ['Ada', 'Grace', 'Edsger', 'Barbara', 'Alan'])
    made.push((await greetings.make(name)).id);
  const found: number[] = [];
  const times: string[] = [];
  // Other tests use the same account at the same time.
  for (let next: string | undefined, pages = 0; pages < 500; pages += 1) {
    const page: GreetingPage = await greetings.page({ limit: '2', ...(next === undefined ? {} : { next }) });
    expect(page.items.length).toBeLessThanOrEqual(2);
    found.push(...page.items.map(({ id }) => id));
    times.push(...page.items.map(({ greetedAt }) => greetedAt));
    next = page.next;
    if (next === undefined || made.every((id) => found.includes(id))) break;
  }
  expect(found.filter((id) => made.includes(id))).toEqual([...made].reverse());
  expect(new Set(found).size).toBe(found.length);
  expect(times).toEqual([...times].sort().reverse());
});

test('a user can delete a greeting once', async ({ deployment, browser }) => {
  const greetings = await greetingsOf(browser, deployment);
  const { id } = await greetings.make('Ada');
  const deleted = await greetings.delete(id);
  expect([deleted.status, deleted.body.toString()]).toEqual([204, '']);
  expect((await greetings.page({ limit: '100' })).items.map((greeting) => greeting.id)).not.toContain(id);
  const again = await greetings.delete(id);
  expect(again.status).toBe(404);
  expect(Problem.parse(JSON.parse(again.body.toString()))).toMatchObject({ status: 404 });
});

test('another user can neither see nor delete a greeting', async ({ deployment, browser }) => {
  const [mine, theirs] = await bothUsers(deployment, browser);
  const { id } = await mine.make('Ada');
  await mine.make('Ada');
  const { id: otherId } = await theirs.make('Grace');
  const found = await theirs.all();
  expect(found).toContain(otherId);
  expect(found).not.toContain(id);
  expect((await theirs.delete(id)).status).toBe(404);
  expect(await mine.all()).toContain(id);
});

test('the next-page cursor of one user shows no greeting to another', async ({ deployment, browser }) => {
  const [mine, theirs] = await bothUsers(deployment, browser);
  const made = [(await mine.make('Ada')).id, (await mine.make('Ada')).id];
  const { next } = await mine.page({ limit: '1' });
  if (next === undefined)
    throw new Error('The list has two greetings and a page size of one, but no next page');
  const { items } = await theirs.page({ limit: '100', next });
  expect(items.map(({ id }) => id).filter((id) => made.includes(id))).toEqual([]);
});
