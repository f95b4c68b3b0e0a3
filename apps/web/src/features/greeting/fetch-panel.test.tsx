import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { StrictMode } from 'react';
import { expect, test } from 'vitest';
import { json } from '../../../test/json';
import type { ApiAccess } from '../../shared/api/api-client';
import { FetchPanel } from './fetch-panel';

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
  render(<FetchPanel api={api} signedIn={signedIn} />, { wrapper: StrictMode });
  return { paths, user: userEvent.setup(), button: screen.getByRole('button', { name: 'Fetch Data' }) };
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
  expect((await screen.findByRole('alert')).textContent).toContain('The answer is no greeting');
  expect(screen.getByRole('status').textContent).toBe('');
});

test('while one request runs, another click does nothing; the next answer takes the place of the last', async () => {
  const answers: ((answer: Response) => void)[] = [];
  const { user, button, paths } = open(() => new Promise((resolve) => answers.push(resolve)));
  await user.click(button);
  await user.click(button);
  expect(paths).toHaveLength(1);
  expect(button.getAttribute('aria-disabled')).toBe('true');

  answers[0]?.(json({ message: 'Internal server error' }, 500));
  expect(await screen.findByRole('alert')).toBeDefined();

  await user.click(button);
  expect(screen.queryByRole('alert')).toBe(null);
  answers[1]?.(json({ id: 2, content: 'Hello, World!' }));
  expect(await screen.findByText('Hello, World!')).toBeDefined();
});
