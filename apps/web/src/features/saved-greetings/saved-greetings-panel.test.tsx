import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { fakeFetch } from '../../../test/fake-fetch';
import { json } from '../../../test/json';
import { renderWithAuth } from '../../../test/render-with-auth';
import { userWith } from '../../../test/user';
import SavedGreetingsPanel from './saved-greetings-panel';

/** Returns an API response: a page of greetings with these IDs. */
const page = (ids: number[], next?: string) =>
  json({
    items: ids.map((id) => ({ id, content: `Hello, no. ${id}!`, greetedAt: '2026-11-22T14:00:00.000Z' })),
    ...(next === undefined ? {} : { next }),
  });

function renderPanel(respond: (request: string) => Response | Promise<Response>) {
  const requests = fakeFetch(respond);
  renderWithAuth(<SavedGreetingsPanel />, { user: userWith() });
  return { requests, user: userEvent.setup() };
}

const shown = () => screen.queryAllByText(/^Hello, no\./).map(({ textContent }) => textContent);

test('the panel loads greetings page by page and says when all are shown', async () => {
  const { user } = renderPanel((request) => (request.endsWith('?next=c2') ? page([1]) : page([3, 2], 'c2')));
  await user.click(await screen.findByRole('button', { name: 'Load more' }));
  expect(await screen.findByText('All 3 saved greetings are shown.')).toBeDefined();
  expect(shown()).toEqual(['Hello, no. 3!', 'Hello, no. 2!', 'Hello, no. 1!']);
  expect(screen.queryByRole('button', { name: 'Load more' })).toBe(null);
});

test('the panel says that greetings are loading', () => {
  renderPanel(() => new Promise(() => {}));
  expect(screen.getByRole('status').textContent).toBe('Loading your greetings …');
});

test('an empty panel says that there are no greetings', async () => {
  renderPanel(() => page([]));
  expect(await screen.findByText('No greetings yet')).toBeDefined();
});

test('"Save greeting" saves a greeting and shows it first', async () => {
  const { user, requests } = renderPanel((request) =>
    request.startsWith('POST')
      ? json({ id: 3, content: 'Hello, no. 3!', greetedAt: '2026-11-22T15:00:00.000Z' }, 201)
      : page([2]),
  );
  expect(await screen.findByText('Hello, no. 2!')).toBeDefined();
  await user.type(screen.getByLabelText('Name to greet'), ' no. 3 {Enter}');
  expect(await screen.findByText('“Hello, no. 3!” was saved.')).toBeDefined();
  expect(shown()).toEqual(['Hello, no. 3!', 'Hello, no. 2!']);
  expect(requests.at(-1)).toBe('POST /api/greetings');
  expect(screen.getByLabelText<HTMLInputElement>('Name to greet').value).toBe('');
});

test('a greeting that could not be saved can be saved again', async () => {
  let down = true;
  const { user } = renderPanel((request) => {
    if (request.startsWith('GET')) return page([]);
    if (down) return json({ message: 'Internal server error' }, 500);
    return json({ id: 3, content: 'Hello, no. 3!', greetedAt: '2026-11-22T15:00:00.000Z' }, 201);
  });
  expect(await screen.findByText('No greetings yet')).toBeDefined();
  await user.click(screen.getByRole('button', { name: 'Save greeting' }));
  expect((await screen.findByRole('alert')).textContent).toContain('The API failed (500)');
  down = false;
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('“Hello, no. 3!” was saved.')).toBeDefined();
  expect(screen.queryByRole('alert')).toBe(null);
});

test('"Delete" asks for a confirmation and focuses "Keep it"', async () => {
  const { user, requests } = renderPanel(() => page([2, 1]));
  await user.click(await screen.findByRole('button', { name: 'Delete "Hello, no. 2!" (#2)' }));
  expect(document.activeElement?.textContent).toBe('Keep it');
  await user.keyboard('{Enter}');
  expect(shown()).toEqual(['Hello, no. 2!', 'Hello, no. 1!']);
  expect(requests.filter((request) => request.startsWith('DELETE'))).toEqual([]);
});

test.each([204, 404])('a greeting is removed from the list when the API returns %d', async (status) => {
  const { user, requests } = renderPanel((request) =>
    request.startsWith('GET')
      ? page([2, 1])
      : status === 204
        ? new Response(null, { status })
        : json({}, status),
  );
  await user.click(await screen.findByRole('button', { name: /\(#2\)$/ }));
  await user.click(screen.getByRole('button', { name: 'Delete it' }));
  expect(await screen.findByText('“Hello, no. 2!” was deleted.')).toBeDefined();
  expect(shown()).toEqual(['Hello, no. 1!']);
  expect(requests.at(-1)).toBe('DELETE /api/greetings/2');
  expect(document.activeElement?.tagName).toBe('H2');
});

test('a page that fails to load can be retried, and loaded greetings stay', async () => {
  let down = true;
  const { user } = renderPanel((request) => {
    if (!request.includes('next=')) return page([2], 'c2');
    return down ? json({ message: 'Internal server error' }, 500) : page([1]);
  });
  await user.click(await screen.findByRole('button', { name: 'Load more' }));
  expect((await screen.findByRole('alert')).textContent).toContain('The API failed (500)');
  expect(shown()).toEqual(['Hello, no. 2!']);
  down = false;
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('All 2 saved greetings are shown.')).toBeDefined();
  expect(screen.queryByRole('alert')).toBe(null);
});
