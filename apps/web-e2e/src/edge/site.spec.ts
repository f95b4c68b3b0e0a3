import { RUNTIME_CONFIG_PATH, RuntimeConfig } from '@spa-on-aws/shared-types';
import { expect, test } from '../fixtures';

for (const path of ['/', '/session', '/callback']) {
  test(`the page at ${path} has the security headers and is not cached`, async ({ request }) => {
    const response = await request.get(path);
    expect(response.status()).toBe(200);
    const headers = response.headers();
    expect(headers['content-type']).toContain('text/html');
    expect(headers['cache-control']).toMatch(/no-cache|no-store/);
    expect(headers['strict-transport-security']).toContain('max-age=31536000');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['referrer-policy']).toBe('strict-origin-when-cross-origin');
  });
}

test('the Content-Security-Policy allows connections only to the site, the issuer and the login domain', async ({
  request,
}) => {
  const { issuer, cognitoDomain } = RuntimeConfig.parse(
    await (await request.get(RUNTIME_CONFIG_PATH)).json(),
  );
  const policy = (await request.get('/')).headers()['content-security-policy'] ?? '';
  const directives = new Map(
    policy.split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(/\s+/);
      return [name, sources] as const;
    }),
  );
  expect(directives.get('default-src')).toEqual(["'none'"]);
  expect(directives.get('script-src')).toEqual(["'self'"]);
  expect(directives.get('frame-ancestors')).toEqual(["'none'"]);
  const connects = directives.get('connect-src') ?? [];
  expect(connects).toContain("'self'");
  const origins = connects.filter((source) => source !== "'self'").map((source) => new URL(source).origin);
  expect(new Set(origins)).toEqual(new Set([new URL(issuer).origin, new URL(cognitoDomain).origin]));
  expect(policy).not.toMatch(/\*|unsafe/);
});

test('the site has the licenses of the packages in its bundle', async ({ request }) => {
  const response = await request.get('/license.md');
  expect(response.status()).toBe(200);
  expect(await response.text()).toMatch(/^## react-dom - \S+ \(MIT\)$/m);
});

test('the runtime configuration is valid and never cached', async ({ request }) => {
  const response = await request.get(RUNTIME_CONFIG_PATH);
  expect(response.status()).toBe(200);
  expect(response.headers()['content-type']).toContain('application/json');
  expect(response.headers()['cache-control']).toContain('no-store');
  expect(RuntimeConfig.safeParse(await response.json()).error).toBeUndefined();
});

test('assets of the page are immutable', async ({ request }) => {
  const page = await (await request.get('/')).text();
  const [asset] = /\/assets\/[\w.-]+\.js/.exec(page) ?? [];
  expect(asset).toBeDefined();
  const response = await request.get(asset ?? '');
  expect(response.status()).toBe(200);
  expect(response.headers()['cache-control']).toContain('immutable');
});

for (const path of ['/assets/none-0123abcd.js', '/assets/none', '/none.png']) {
  test(`the missing file ${path} returns an error, not the page`, async ({ request }) => {
    const response = await request.get(path);
    expect(response.status()).toBeGreaterThanOrEqual(400);
    expect(response.headers()['content-type']).not.toContain('text/html');
  });
}
