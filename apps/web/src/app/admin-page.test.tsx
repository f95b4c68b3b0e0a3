import { act, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { fakeFetch } from '../../test/fake-fetch';
import { json } from '../../test/json';
import { renderWithAuth } from '../../test/render-with-auth';
import { userWith } from '../../test/user';
import { App } from './app';

const admin = userWith();
admin.profile['cognito:groups'] = ['admins'];

async function open(path: string, state: Parameters<typeof renderWithAuth>[1] = {}) {
  window.history.replaceState(null, '', path);
  return act(async () => renderWithAuth(<App />, state));
}

test('an administrator sees the link to the statistics, and the statistics', async () => {
  const requests = fakeFetch(() => json({ lastGreetingId: 4711 }));
  await open('/admin', { user: admin });
  expect(await screen.findByText('4,711')).toBeDefined();
  expect(screen.getByRole('link', { name: 'Admin' })).toBeDefined();
  expect(new Set(requests)).toEqual(new Set(['GET /api/admin/statistics']));
});

test('a user who is no administrator sees neither the link nor the statistics', async () => {
  const requests = fakeFetch(() => json({}));
  await open('/admin', { user: userWith() });
  expect(await screen.findByRole('heading', { name: 'Not allowed' })).toBeDefined();
  expect(screen.queryByRole('link', { name: 'Admin' })).toBe(null);
  expect(requests).toEqual([]);
});

test('the page explains that the API does not allow the statistics', async () => {
  const problem = { type: 'about:blank', title: 'Forbidden', status: 403, detail: 'Only for admins' };
  fakeFetch(() => json(problem, 403, { 'content-type': 'application/problem+json' }));
  await open('/admin', { user: admin });
  expect((await screen.findByRole('alert')).textContent).toContain(
    'your account does not have permission. Only for admins.',
  );
});
