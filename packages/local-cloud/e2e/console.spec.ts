import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './fixtures';

test('the console explains a 401 without a token', async ({ consolePage, request, takePicture }) => {
  await consolePage.open();
  expect((await request.get('/api/greeting')).status()).toBe(401);
  await consolePage.select(/401.*\/api\/greeting/);
  await expect(consolePage.explanation).toContainText('No access token was sent');
  await expect(consolePage.explanation).toContainText('What to do: Sign in first');
  await expect(consolePage.hop('Authorizer')).toContainText('no token');
  await expect(consolePage.requestPath.last()).toHaveText('Authorizer');
  await takePicture('console-401');
});

test('the console explains a 403 for a missing file', async ({ consolePage, request, takePicture }) => {
  await consolePage.open();
  expect((await request.get('/assets/none-0123abcd.js')).status()).toBe(403);
  await consolePage.select(/403.*none-0123abcd/);
  await expect(consolePage.explanation).toContainText('There is no such file');
  await expect(consolePage.explanation).toContainText('403 instead of 404');
  await expect(consolePage.requestPath).toHaveText([/browser/, 'CloudFront', 'Files']);
  await takePicture('console-403');
});

test('the console explains a cache hit, and purges the cache', async ({
  consolePage,
  request,
  state: { consoleUrl },
  takePicture,
}) => {
  const page = await (await request.get('/')).text();
  const [asset = ''] = /\/assets\/[\w.-]+\.js/.exec(page) ?? [];
  await request.post(`${consoleUrl}/switches/purge-cache`, { data: {} });
  await consolePage.open();
  await request.get(asset);
  await request.get(asset);
  await expect(consolePage.requests.filter({ hasText: asset })).toHaveCount(2);
  await consolePage.select(asset);
  await expect(consolePage.explanation).toContainText('Answered from CloudFront’s cache');
  await expect(consolePage.requestPath).toHaveText([/browser/, 'CloudFront']);
  await takePicture('console-cache-hit');

  await consolePage.faultsButton.click();
  await consolePage.faults.getByRole('button', { name: 'Purge' }).click();
  await expect(consolePage.message).toContainText(/[1-9]\d* cached responses? purged/);
  await request.get(asset);
  await expect(consolePage.requests.filter({ hasText: asset })).toHaveCount(3);
  await expect(consolePage.request(asset)).not.toContainText('cache');
});

test('the console shows claims, request path and log lines of an authorized call, and no secret', async ({
  consolePage,
  request,
  tokens,
  takePicture,
}) => {
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  expect((await request.get('/api/greeting?name=Ada', { headers })).status()).toBe(200);

  await consolePage.open();
  await consolePage.select(/200.*\/api\/greeting/);
  const authorizer = consolePage.hop('Authorizer');
  await expect(authorizer).toContainText('allowed');
  await authorizer.getByText(/^Access token: expires in/).click();
  await expect(authorizer.getByRole('row', { name: /^scope/ })).toContainText('greetings/read');
  // The API of API Gateway and its container have the same name.
  await expect(consolePage.requestPath.filter({ hasText: /^api$/ })).toHaveCount(2);
  await expect(consolePage.log).toContainText('request');
  await takePicture('console-signed-in');

  await consolePage.select(/oauth2\/token/);
  await expect(consolePage.detail).toContainText('Cognito');
  await consolePage.select(/\/callback/);
  await expect(consolePage.detail).toContainText('/callback?code=…');
  const everything = await (
    await consolePage.page.request.get(`${new URL(consolePage.page.url()).origin}/requests`)
  ).text();
  expect(everything).not.toMatch(/eyJ[\w-]{10}|name=Ada|Local-demo/);
  // A successful login needs no explanation.
  const requests = JSON.parse(everything) as { method: string; path: string; explanation?: object }[];
  const login = requests.find(({ method, path }) => method === 'POST' && path === '/login');
  expect(login).toBeDefined();
  expect(login?.explanation).toBeUndefined();
});

test('an API that is switched off is shown in a banner and in the list until it is switched on', async ({
  consolePage,
  request,
  takePicture,
}) => {
  await consolePage.open();
  await consolePage.faultsButton.click();
  await consolePage.faults.getByRole('radio', { name: /^Down/ }).check();
  await expect(consolePage.banners).toContainText('The API is switched off');
  await consolePage.faults.getByRole('button', { name: '+1 h' }).click();
  await expect(consolePage.banners).toContainText('clock +1h');
  await request.get('/api/greeting');
  await expect(consolePage.request('/api/greeting')).toContainText('API down');
  await takePicture('console-switches');
  await consolePage.banners.getByRole('button', { name: 'Switch off: API down' }).click();
  await expect(consolePage.banners).not.toContainText('API is switched off');
  await consolePage.faults.getByRole('button', { name: 'Reset all' }).click();
  await expect(consolePage.banners).toBeEmpty();
});

test('an open page shows faults that a test injects', async ({
  consolePage,
  request,
  state: { consoleUrl },
}) => {
  await consolePage.open();
  await request.patch(`${consoleUrl}/switches`, { data: { throttle: { forced: true } } });
  await expect(consolePage.banners).toContainText('throttles');
  expect((await request.get('/api/greeting')).status()).toBe(429);
  await consolePage.select(/429.*\/api\/greeting/);
  await expect(consolePage.explanation).toContainText('Too many requests at once');
});

test('the console tells similar rejections apart', async ({
  consolePage,
  state: { consoleUrl },
  tokens: { access_token: accessToken, id_token: idToken },
  request,
}) => {
  const token = `Bearer ${accessToken}`;
  /** Returns the status of a call and its explanation in the console. */
  const explained = async (
    authorization: string,
  ): Promise<[status: number, explanation: string | undefined]> => {
    const response = await request.get('/api/greeting', { headers: { authorization } });
    const requests = (await (await request.get(`${consoleUrl}/requests`)).json()) as {
      path: string;
      explanation?: { id: string };
    }[];
    const latest = requests.find(({ path }) => path === '/api/greeting');
    return [response.status(), latest?.explanation?.id];
  };
  const set = (data: object) => request.patch(`${consoleUrl}/switches`, { data });
  const act = (action: string) => request.post(`${consoleUrl}/switches/${action}`, { data: {} });

  expect(await explained(token)).toEqual([200, undefined]);
  expect(await explained(`Bearer ${idToken}`)).toEqual([401, 'id-token']);
  expect(await explained('Bearer none')).toEqual([401, 'token-not-genuine']);
  expect(await explained(token.slice(0, -8))).toEqual([401, 'token-not-genuine']);
  await set({ api: { mode: 'down' } });
  expect(await explained(token)).toEqual([503, 'api-unhealthy']);
  await set({ api: { mode: 'failing' } });
  expect(await explained(token)).toEqual([500, 'api-failed']);
  await set({ api: { mode: 'normal' }, throttle: { forced: true } });
  expect(await explained(token)).toEqual([429, 'throttled']);
  await set({ throttle: { forced: false }, clock: { offsetMs: 86_400_000 } });
  expect(await explained(token)).toEqual([401, 'token-expired']);
  await set({ clock: { offsetMs: 0 } });
  expect(await explained(token)).toEqual([200, undefined]);
  await act('expire-tokens');
  expect(await explained(token)).toEqual([401, 'token-expired']);
  await act('rotate-signing-keys');
  expect(await explained(token)).toEqual([401, 'token-not-genuine']);
  await consolePage.open();
  await consolePage.select(/429/);
  await expect(consolePage.detail).toContainText('Active at that time: throttled.');
});

test('the list of requests can be filtered, paused and cleared', async ({ consolePage, request }) => {
  await consolePage.open();
  await request.get('/config.json');
  await request.get('/api/greeting');
  await expect(consolePage.requests).toHaveCount(2);
  await consolePage.pathFilter.fill('config');
  await expect(consolePage.requests).toHaveText([/config\.json/]);
  await consolePage.pathFilter.fill('');
  await consolePage.page.getByRole('combobox', { name: 'Status' }).selectOption('4xx, client error');
  await expect(consolePage.requests).toHaveText([/greeting/]);
  await consolePage.page.getByRole('combobox', { name: 'Status' }).selectOption('Any status');

  await consolePage.page.getByRole('button', { name: 'Pause' }).click();
  await request.get('/session');
  await expect(consolePage.page.getByRole('button', { name: 'Resume (1 new)' })).toBeVisible();
  await expect(consolePage.requests).toHaveCount(2);
  await consolePage.page.getByRole('button', { name: 'Resume (1 new)' }).click();
  await expect(consolePage.requests).toHaveCount(3);
  await consolePage.page.getByRole('button', { name: 'Clear' }).click();
  await expect(consolePage.requests).toHaveCount(0);
  await expect(consolePage.page.getByText('No requests yet')).toBeVisible();
});

test('the console can be used with the keyboard', async ({ consolePage, request }) => {
  await request.get('/config.json');
  await request.get('/api/greeting');
  await consolePage.open();
  const { keyboard } = consolePage.page;
  await keyboard.press('Tab');
  await expect(consolePage.page.getByRole('link', { name: 'Skip to the requests' })).toBeFocused();
  await keyboard.press('Enter');
  for (let steps = 0; steps < 8; steps += 1) await keyboard.press('Tab');
  await expect(consolePage.request('/api/greeting').getByRole('link')).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(consolePage.request('/config.json').getByRole('link')).toBeFocused();
  await keyboard.press('ArrowUp');
  await keyboard.press('Enter');
  await expect(consolePage.explanation).toContainText('No access token was sent');
  await expect(consolePage.detail).toBeFocused();
  await keyboard.press('Escape');
  await expect(consolePage.explanation).toBeHidden();
  await expect(consolePage.request('/api/greeting').getByRole('link')).toBeFocused();

  await consolePage.faultsButton.focus();
  await keyboard.press('Enter');
  await expect(consolePage.faults.getByRole('heading', { name: 'Fault injection' })).toBeFocused();
  await keyboard.press('Escape');
  await expect(consolePage.faults).toBeHidden();
  await expect(consolePage.faultsButton).toBeFocused();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the console is accessible in ${colorScheme} mode and fits a narrow window`, async ({
    consolePage,
    request,
  }) => {
    test.slow();
    await consolePage.page.emulateMedia({ colorScheme });
    await request.get('/config.json');
    await request.get('/api/greeting');
    await consolePage.open();
    await consolePage.faultsButton.click();
    await consolePage.faults.getByRole('radio', { name: /^Failing/ }).check();
    await consolePage.select('/api/greeting');
    await expect(consolePage.explanation).toBeVisible();
    await consolePage.action('Edit and resend').click();
    await consolePage.resend.getByRole('button', { name: 'Send' }).click();
    await expect(consolePage.comparison).toBeVisible();
    await consolePage.action('Edit and resend').click();
    await expect(consolePage.resend).toBeVisible();
    for (const summary of await consolePage.detail.locator('summary').all()) await summary.click();
    const { violations } = await new AxeBuilder({ page: consolePage.page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)).toEqual(
      [],
    );
    await consolePage.page.setViewportSize({ width: 320, height: 700 });
    const overflow = await consolePage.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
}

test('a request is sent again as another user and with other tokens, and both answers are compared', async ({
  consolePage,
  request,
  state: { users },
  tokens,
  takePicture,
}) => {
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  expect((await request.get('/api/greeting?name=Ada', { headers })).status()).toBe(200);
  await consolePage.open();
  await consolePage.select(/200.*\/api\/greeting/);
  const { resend, comparison } = consolePage;
  await consolePage.action('Edit and resend').click();
  await expect(resend.getByLabel('Path and query')).toHaveValue('/api/greeting?name=');
  await expect(resend.getByLabel('Token').locator('option:checked')).toHaveText(/^Access token of /);
  await resend.getByLabel('Token').selectOption({ label: `ID token of ${users[0].username}` });
  await resend.getByRole('button', { name: 'Send' }).click();
  await expect(comparison.getByRole('row', { name: /^Status/ })).toHaveText('Status200401');
  await expect(comparison.getByRole('row', { name: /^token_use/ })).toHaveText('token_useaccessid');
  await expect(consolePage.explanation).toContainText('ID token');
  await takePicture('console-resend');

  await consolePage.action('Edit and resend').click();
  await resend.getByLabel('Token').selectOption({ label: `Expired access token of ${users[0].username}` });
  await resend.getByRole('button', { name: 'Send' }).click();
  await expect(comparison.getByRole('row', { name: /^Status/ })).toHaveText('Status401401');
  await expect(consolePage.explanation).toContainText('expired');
  await comparison.getByRole('button', { name: 'Unpin' }).click();
  await expect(comparison).toBeHidden();
});

test('a request is sent again with its body; a copied one is a command without secrets', async ({
  consolePage,
  context,
  request,
  state: { url },
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const data = { text: 'hello', password: 'very-secret' };
  await request.post('/api/greeting', { data });
  await request.post('/api/greeting', { data, headers: { authorization: 'Bearer none' } });
  await consolePage.open();
  await consolePage.select('/api/greeting');
  await consolePage.action('Copy as curl').click();
  await expect(consolePage.detail.getByText('Copied as curl')).toBeVisible();
  const command = await consolePage.page.evaluate(() => navigator.clipboard.readText());
  expect(command).toContain(`curl -X POST '${url}/api/greeting'`);
  expect(command).toContain('-H "authorization: Bearer $TOKEN"');
  expect(command).not.toContain('very-secret');
  await consolePage.requests.nth(1).getByRole('link').click();
  await consolePage.action('Send again').click();
  await expect(consolePage.comparison.getByRole('row', { name: /^Status/ })).toHaveText('Status403403');
  await consolePage.detail.getByText(/^Request: \d+ headers, body/).click();
  const body = consolePage.page.getByRole('region', { name: 'Body of the request' });
  await expect(body).toContainText('"text": "hello"');
  await expect(body).toContainText('"password": "(hidden)"');
});

test('filters are in the address, and a timeline shows requests that ran at the same time', async ({
  consolePage,
  request,
}) => {
  await consolePage.open();
  await Promise.all(['/config.json', '/api/greeting', '/api/other'].map((path) => request.get(path)));
  await expect(consolePage.requests).toHaveCount(3);
  const { page } = consolePage;
  await page.getByText('More filters').click();
  await page.getByRole('combobox', { name: 'Explanation' }).selectOption('No access token was sent');
  await expect(consolePage.requests).toHaveCount(2);
  await page.getByRole('combobox', { name: 'Event' }).selectOption('authorizer.token-missing');
  await page.getByRole('searchbox', { name: 'Header contains' }).fill('accept');
  await consolePage.pathFilter.fill('other');
  await expect(consolePage.requests).toHaveText([/other/]);
  expect(new URL(page.url()).search).toBe(
    '?explanation=no-token&event=authorizer.token-missing&header=accept&path=other',
  );
  await page.reload();
  await expect(consolePage.requests).toHaveText([/other/]);
  await page.goto(new URL('/', page.url()).href);
  await expect(consolePage.requests).toHaveCount(3);
  await page.getByRole('button', { name: 'Timeline' }).click();
  await expect(consolePage.requests.getByText(/ms in all/)).toHaveCount(1);
});

test('a link with a request ID opens the request', async ({ consolePage, request }) => {
  await request.get('/config.json');
  const response = await request.get('/api/greeting');
  await consolePage.open();
  await expect(consolePage.requests).toHaveCount(2);
  const { page } = consolePage;
  const id = response.headers()['x-amzn-requestid'] ?? '';
  await page.goto(new URL(`/?header=${id}`, page.url()).href);
  await expect(consolePage.requests).toHaveCount(1);
  await expect(consolePage.explanation).toContainText('No access token was sent');
  await expect(consolePage.detail).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(consolePage.explanation).toBeHidden();
});

test('the map of the topology folds, and the browser remembers it', async ({ consolePage }) => {
  await consolePage.open();
  const fold = consolePage.page.getByRole('button', { name: 'Request path' });
  const node = consolePage.page.locator('.node').first();
  await expect(node).toBeVisible();
  await fold.click();
  await expect(node).toBeHidden();
  await consolePage.page.reload();
  await expect(fold).toHaveAttribute('aria-expanded', 'false');
});

test('a name in the map breaks between its words', async ({ consolePage }) => {
  await consolePage.open();
  const name = consolePage.page
    .locator('.node h3 span')
    .filter({ has: consolePage.page.locator('wbr') })
    .first();
  await expect(name).toBeVisible();
  const lines = await name.evaluate((element) => {
    element.style.width = 'min-content';
    return [...element.childNodes]
      .filter((node) => node instanceof Text)
      .map((word) => {
        const range = document.createRange();
        range.selectNode(word);
        return range.getBoundingClientRect().top;
      });
  });
  expect(new Set(lines).size).toBe(lines.length);
});

test('requests are exported to a HAR file and imported from it', async ({ consolePage, request }) => {
  await request.get('/api/greeting');
  await consolePage.open();
  const { page } = consolePage;
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export as HAR' }).click();
  const file = await (await downloading).path();
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(consolePage.requests).toHaveCount(0);
  await page.getByLabel('Import HAR').setInputFiles(file);
  await expect(consolePage.requests).toHaveText([/401.*\/api\/greeting.*imported/]);
  await consolePage.select('/api/greeting');
  await expect(consolePage.explanation).toContainText('No access token was sent');
  await expect(consolePage.action('Edit and resend')).toBeHidden();
});
