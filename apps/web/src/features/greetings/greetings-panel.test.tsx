import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { StrictMode } from 'react';
import { expect, test } from 'vitest';
import { json } from '../../../test/json';
import type { ApiAccess } from '../../shared/api/api-client';
import { GreetingsPanel } from './greetings-panel';

/** The greetings numbered so, as the API tells them. */
const page = (ids: number[], next?: string) =>
  json({
    items: ids.map((id) => ({ id, content: `Hello, no. ${id}!`, greetedAt: '2026-11-22T14:00:00.000Z' })),
    ...(next === undefined ? {} : { next }),
  });

function open(answer: (request: string) => Response | Promise<Response>) {
  const requests: string[] = [];
  const api: ApiAccess = {
    origin: 'https://site.example',
    accessToken: async () => 'token-1',
    request: async (input, init) => {
      const request = `${init?.method} ${String(input).replace('https://site.example', '')}`;
      if (!init?.signal?.aborted) requests.push(request);
      return answer(request);
    },
  };
  render(<GreetingsPanel api={api} />, { wrapper: StrictMode });
  return { requests, user: userEvent.setup() };
}

const shown = () => screen.queryAllByText(/^Hello, no\./).map(({ textContent }) => textContent);

test('greetings come a page at a time, and the last page says so', async () => {
  const { user } = open((request) => (request.endsWith('?next=c2') ? page([1]) : page([3, 2], 'c2')));
  await user.click(await screen.findByRole('button', { name: 'Load more' }));
  expect(await screen.findByText('That is all 3 of them.')).toBeDefined();
  expect(shown()).toEqual(['Hello, no. 3!', 'Hello, no. 2!', 'Hello, no. 1!']);
  expect(screen.queryByRole('button', { name: 'Load more' })).toBe(null);
});

test('until they are there, it says that they are coming', () => {
  open(() => new Promise(() => {}));
  expect(screen.getByRole('status').textContent).toBe('Loading your greetings …');
});

test('who has none is told where they come from', async () => {
  open(() => page([]));
  expect(await screen.findByText('No greetings yet')).toBeDefined();
  expect(screen.getByRole('link', { name: 'Fetch a greeting' }).getAttribute('href')).toBe('/');
});

test('deleting is asked for, and the safe answer has the focus', async () => {
  const { user, requests } = open(() => page([2, 1]));
  await user.click(await screen.findByRole('button', { name: 'Delete "Hello, no. 2!", no. 2' }));
  expect(document.activeElement?.textContent).toBe('Keep it');
  await user.keyboard('{Enter}');
  expect(shown()).toEqual(['Hello, no. 2!', 'Hello, no. 1!']);
  expect(requests.filter((request) => request.startsWith('DELETE'))).toEqual([]);
});

test.each([204, 404])('what is deleted is gone, also if it was before (%d)', async (status) => {
  const { user, requests } = open((request) =>
    request.startsWith('GET')
      ? page([2, 1])
      : status === 204
        ? new Response(null, { status })
        : json({}, status),
  );
  await user.click(await screen.findByRole('button', { name: /no\. 2$/ }));
  await user.click(screen.getByRole('button', { name: 'Delete it' }));
  expect(await screen.findByText('“Hello, no. 2!” is deleted.')).toBeDefined();
  expect(shown()).toEqual(['Hello, no. 1!']);
  expect(requests.at(-1)).toBe('DELETE /api/greetings/2');
  expect(document.activeElement?.tagName).toBe('H2');
});

test('a page that cannot be had can be tried again, and what is shown stays', async () => {
  let down = true;
  const { user } = open((request) => {
    if (!request.includes('next=')) return page([2], 'c2');
    return down ? json({ message: 'Internal server error' }, 500) : page([1]);
  });
  await user.click(await screen.findByRole('button', { name: 'Load more' }));
  expect((await screen.findByRole('alert')).textContent).toContain('The API failed (500)');
  expect(shown()).toEqual(['Hello, no. 2!']);
  down = false;
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('That is all 2 of them.')).toBeDefined();
  expect(screen.queryByRole('alert')).toBe(null);
});
