import type { Browser } from '@playwright/test';
import { GREETINGS_PATH, GreetingPage, SavedGreeting, Problem } from '@spa-on-aws/shared-types';
import type { Account, Deployment } from '../deployment';
import { exchange, type WireResponse } from '../exchange';
import { expect, test } from '../fixtures';
import { SignedInPerson } from '../signed-in-person';

/** Somebody's greetings, asked for through the site as the site does. */
class Greetings {
  constructor(
    private readonly siteUrl: string,
    private readonly token: string,
  ) {}

  async make(name: string): Promise<SavedGreeting> {
    const answer = await this.#ask('POST', '', JSON.stringify({ name }));
    expect(answer.status).toBe(201);
    return SavedGreeting.parse(JSON.parse(answer.body.toString()));
  }

  async page(query: Readonly<Record<string, string>> = {}): Promise<GreetingPage> {
    const answer = await this.#ask('GET', `?${new URLSearchParams(query).toString()}`);
    expect(answer.status).toBe(200);
    return GreetingPage.parse(JSON.parse(answer.body.toString()));
  }

  /** All there are, a few at a time. */
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
    return this.#ask('DELETE', `/${id}`);
  }

  #ask(method: string, rest: string, body?: string): Promise<WireResponse> {
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
  const person = await SignedInPerson.signIn(browser, deployment, account);
  const { access_token: token } = await person.tokens();
  await person.close();
  return new Greetings(deployment.siteUrl, token);
}

async function bothPeople(deployment: Deployment, browser: Browser): Promise<[Greetings, Greetings]> {
  const { otherAccount } = deployment;
  test.skip(otherAccount === undefined, 'there is one account only: nobody else can sign in');
  return Promise.all([
    greetingsOf(browser, deployment),
    greetingsOf(browser, deployment, otherAccount ?? deployment.account),
  ]);
}

test('greetings come newest first, page by page, each once', async ({ deployment, browser }) => {
  const greetings = await greetingsOf(browser, deployment);
  const made: number[] = [];
  for (const name of ['Ada', 'Grace', 'Edsger', 'Barbara', 'Alan'])
    made.push((await greetings.make(name)).id);
  const found: number[] = [];
  const times: string[] = [];
  // Others sign in with the same account meanwhile: theirs lie between.
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

test('one’s own greeting can be deleted, once', async ({ deployment, browser }) => {
  const greetings = await greetingsOf(browser, deployment);
  const { id } = await greetings.make('Ada');
  const deleted = await greetings.delete(id);
  expect([deleted.status, deleted.body.toString()]).toEqual([204, '']);
  expect((await greetings.page({ limit: '100' })).items.map((greeting) => greeting.id)).not.toContain(id);
  const again = await greetings.delete(id);
  expect(again.status).toBe(404);
  expect(Problem.parse(JSON.parse(again.body.toString()))).toMatchObject({ status: 404 });
});

test('another person neither sees a greeting nor deletes it', async ({ deployment, browser }) => {
  const [mine, theirs] = await bothPeople(deployment, browser);
  const { id } = await mine.make('Ada');
  await mine.make('Ada');
  const { id: otherId } = await theirs.make('Grace');
  const found = await theirs.all();
  expect(found).toContain(otherId);
  expect(found).not.toContain(id);
  expect((await theirs.delete(id)).status).toBe(404);
  expect(await mine.all()).toContain(id);
});

test('the way to one person’s next page leads nobody else to it', async ({ deployment, browser }) => {
  const [mine, theirs] = await bothPeople(deployment, browser);
  const made = [(await mine.make('Ada')).id, (await mine.make('Ada')).id];
  const { next } = await mine.page({ limit: '1' });
  if (next === undefined) throw new Error('Two greetings on pages of one, and no next page');
  const { items } = await theirs.page({ limit: '100', next });
  expect(items.map(({ id }) => id).filter((id) => made.includes(id))).toEqual([]);
});
