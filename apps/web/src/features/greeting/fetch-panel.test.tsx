import { act, cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { StrictMode } from 'react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { json } from '../../../test/json';
import type { ApiAccess } from '../../shared/api/api-client';
import { FetchPanel } from './fetch-panel';
import { GreetingDesk } from './greeting-desk';

function open(answer: (path: string) => Response | Promise<Response>, signedIn = true) {
  const paths: string[] = [];
  const api: ApiAccess = {
    origin: 'https://site.example',
    accessToken: async () => (signedIn ? 'token-1' : undefined),
    request: async (input) => {
      paths.push(String(input).replace('https://site.example', ''));
      return answer(paths.at(-1) ?? '');
    },
  };
  const desk = new GreetingDesk(api);
  render(<FetchPanel desk={desk} signedIn={signedIn} />, { wrapper: StrictMode });
  return { desk, paths, user: userEvent.setup(), button: screen.getByRole('button', { name: 'Fetch Data' }) };
}

/** What the hops on the way to the API say, of those that say anything. */
function way(): (string | null)[] {
  const hops = screen.getAllByRole('listitem').map((hop) => hop.textContent);
  return hops.filter((text) => text?.includes(':'));
}

test('before anything is fetched there is neither a greeting nor an error', () => {
  open(() => json({}));
  expect(screen.getByRole('status').textContent).toBe('');
  expect(screen.queryByRole('alert')).toBe(null);
  expect(way()).toEqual([]);
});

test('a greeting is shown with its number', async () => {
  const { user, button, paths } = open(() => json({ id: 9, content: 'Hello, World!' }));
  await user.click(button);
  expect(await screen.findByText('Hello, World!')).toBeDefined();
  expect(screen.getByRole('status').textContent).toContain('9');
  expect(paths).toEqual(['/api/greeting']);
  expect(way()).toEqual(['Browser: passed', 'CloudFront: passed', 'API Gateway: passed', 'API: passed']);
});

test('a name is sent without the spaces around it, by Enter as well', async () => {
  const { user, paths } = open(() => json({ id: 1, content: 'Hello, Ada & Bob!' }));
  await user.type(screen.getByLabelText('Name to greet'), ' Ada & Bob {Enter}');
  expect(await screen.findByText('Hello, Ada & Bob!')).toBeDefined();
  expect(paths).toEqual(['/api/greeting?name=Ada+%26+Bob']);
});

test('a name that is too long is not sent', async () => {
  const { user, button, paths } = open(() => json({}));
  const field = screen.getByLabelText('Name to greet');
  await user.click(field);
  await user.paste('x'.repeat(101));
  await user.click(button);
  expect(await screen.findByText(/at most 100 characters, this one has 101/)).toBeDefined();
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(paths).toEqual([]);
});

test('a guest really asks, and is told why there is no greeting', async () => {
  const { user, button, paths } = open(() => json({ message: 'Unauthorized' }, 401), false);
  await user.click(button);
  expect((await screen.findByRole('alert')).textContent).toBe(
    'The API refused the request (401): nobody is signed in. Log in, then fetch again.',
  );
  expect(paths).toEqual(['/api/greeting']);
  expect(way()).toEqual(['Browser: passed', 'CloudFront: passed', 'API Gateway: stopped here']);
});

test('an answer that is no greeting is not shown', async () => {
  const { user, button } = open(() => json({ id: 'nine', content: '<b>Hello</b>' }));
  await user.click(button);
  expect((await screen.findByRole('alert')).textContent).toContain('The answer makes no sense');
  expect(screen.getByRole('status').textContent).toBe('');
});

test('while one request runs, another click does nothing', async () => {
  const { user, button, paths } = open(() => new Promise(() => {}));
  await user.click(button);
  await user.click(button);
  expect(paths).toHaveLength(1);
  expect(button.getAttribute('aria-disabled')).toBe('true');
});

test('what failed is tried again with the same name, and the next answer takes its place', async () => {
  const answers = [json({ message: 'Internal server error' }, 500), json({ id: 2, content: 'Hello, Ada!' })];
  const { user, paths } = open(() => answers.shift() as Response);
  await user.type(screen.getByLabelText('Name to greet'), 'Ada{Enter}');
  await user.click(await screen.findByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Hello, Ada!')).toBeDefined();
  expect(screen.queryByRole('alert')).toBe(null);
  expect(document.activeElement?.textContent).toBe('Fetch Data');
  expect(paths).toEqual(['/api/greeting?name=Ada', '/api/greeting?name=Ada']);
});

test('a request that takes long can be cancelled; its answer does not matter any more', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  let answer: (response: Response) => void = () => {};
  const { desk } = open(() => new Promise((resolve) => (answer = resolve)));
  await act(async () => void desk.fetch(true));
  expect(screen.queryByRole('button', { name: 'Cancel' })).toBe(null);
  act(() => void vi.advanceTimersByTime(1500));
  expect(screen.getByRole('status').textContent).toBe('This takes longer than usual.');
  act(() => screen.getByRole('button', { name: 'Cancel' }).click());
  expect(screen.getByRole('status').textContent).toContain('Cancelled');
  await act(async () => answer(json({ id: 1, content: 'Hello, World!' })));
  expect(screen.queryByText('Hello, World!')).toBe(null);
});

test('greetings before the last one are kept, newest first', async () => {
  let id = 0;
  const { user, button } = open(() => json({ id: (id += 1), content: `Hello, no. ${id}!` }));
  for (const content of ['Hello, no. 1!', 'Hello, no. 2!', 'Hello, no. 3!']) {
    await user.click(button);
    expect(await screen.findByText(content)).toBeDefined();
  }
  const earlier = within(screen.getByRole('list', { name: 'Earlier in this session' }));
  expect(earlier.getAllByRole('listitem').map((item) => item.firstChild?.textContent)).toEqual([
    'Hello, no. 2!',
    'Hello, no. 1!',
  ]);
});

test('what was typed and fetched outlives the page it is on', async () => {
  const { desk, user, button } = open(() => json({ id: 1, content: 'Hello, Ada!' }));
  await user.type(screen.getByLabelText('Name to greet'), 'Ada');
  await user.click(button);
  expect(await screen.findByText('Hello, Ada!')).toBeDefined();
  cleanup();
  render(<FetchPanel desk={desk} signedIn />);
  expect(screen.getByText('Hello, Ada!')).toBeDefined();
  expect(screen.getByLabelText<HTMLInputElement>('Name to greet').value).toBe('Ada');
});
