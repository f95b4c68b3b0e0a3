import { act, cleanup, render, renderHook, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { StrictMode } from 'react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { json } from '../../../test/json';
import type { ApiAccess } from '../../shared/api/api-client';
import { FetchPanel } from './fetch-panel';
import { GreetingForm, useClearOnUserChange } from './greeting-form';

function renderPanel(respond: (path: string) => Response | Promise<Response>, signedIn = true) {
  const paths: string[] = [];
  const api: ApiAccess = {
    origin: 'https://site.example',
    accessToken: async () => (signedIn ? 'token-1' : undefined),
    request: async (input) => {
      paths.push(String(input).replace('https://site.example', ''));
      return respond(paths.at(-1) ?? '');
    },
  };
  const form = new GreetingForm(api);
  render(<FetchPanel form={form} signedIn={signedIn} />, { wrapper: StrictMode });
  return { form, paths, user: userEvent.setup(), button: screen.getByRole('button', { name: 'Fetch Data' }) };
}

/** Returns the hops that are marked as passed or stopped. */
function requestPath(): (string | null)[] {
  const hops = screen.getAllByRole('listitem').map((hop) => hop.textContent);
  return hops.filter((text) => text?.includes(':'));
}

test('the panel shows no greeting and no error before the first fetch', () => {
  renderPanel(() => json({}));
  expect(screen.getByRole('status').textContent).toBe('');
  expect(screen.queryByRole('alert')).toBe(null);
  expect(requestPath()).toEqual([]);
});

test('the panel shows a fetched greeting with its number', async () => {
  const { user, button, paths } = renderPanel(() => json({ id: 9, content: 'Hello, World!' }));
  await user.click(button);
  expect(await screen.findByText('Hello, World!')).toBeDefined();
  expect(screen.getByRole('status').textContent).toContain('9');
  expect(paths).toEqual(['/api/greeting']);
  expect(requestPath()).toEqual([
    'Browser: passed',
    'CloudFront: passed',
    'API Gateway: passed',
    'API: passed',
  ]);
});

test('the Enter key sends the name without surrounding spaces', async () => {
  const { user, paths } = renderPanel(() => json({ id: 1, content: 'Hello, Ada & Bob!' }));
  await user.type(screen.getByLabelText('Name to greet'), ' Ada & Bob {Enter}');
  expect(await screen.findByText('Hello, Ada & Bob!')).toBeDefined();
  expect(paths).toEqual(['/api/greeting?name=Ada+%26+Bob']);
});

test('the form does not send a name that is too long', async () => {
  const { user, button, paths } = renderPanel(() => json({}));
  const field = screen.getByLabelText('Name to greet');
  await user.click(field);
  await user.paste('x'.repeat(101));
  await user.click(button);
  expect(await screen.findByText(/at most 100 characters. This name has 101/)).toBeDefined();
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(paths).toEqual([]);
});

test('a signed-out user can send the request and sees why it was rejected', async () => {
  const { user, button, paths } = renderPanel(() => json({ message: 'Unauthorized' }, 401), false);
  await user.click(button);
  expect((await screen.findByRole('alert')).textContent).toBe(
    'The API rejected the request (401): you’re not signed in. Log in, then try again.',
  );
  expect(paths).toEqual(['/api/greeting']);
  expect(requestPath()).toEqual(['Browser: passed', 'CloudFront: passed', 'API Gateway: stopped here']);
});

test('the panel shows an error instead of a response that does not match the schema', async () => {
  const { user, button } = renderPanel(() => json({ id: 'nine', content: '<b>Hello</b>' }));
  await user.click(button);
  expect((await screen.findByRole('alert')).textContent).toContain('Unexpected response');
  expect(screen.getByRole('status').textContent).toBe('');
});

test('a second click does nothing while a request is in flight', async () => {
  const { user, button, paths } = renderPanel(() => new Promise(() => {}));
  await user.click(button);
  await user.click(button);
  expect(paths).toHaveLength(1);
  expect(button.getAttribute('aria-disabled')).toBe('true');
});

test('"Try again" repeats a failed request with the same name and shows the new response', async () => {
  const responses = [
    json({ message: 'Internal server error' }, 500),
    json({ id: 2, content: 'Hello, Ada!' }),
  ];
  const { user, paths } = renderPanel(() => responses.shift() as Response);
  await user.type(screen.getByLabelText('Name to greet'), 'Ada{Enter}');
  await user.click(await screen.findByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Hello, Ada!')).toBeDefined();
  expect(screen.queryByRole('alert')).toBe(null);
  expect(document.activeElement?.textContent).toBe('Fetch Data');
  expect(paths).toEqual(['/api/greeting?name=Ada', '/api/greeting?name=Ada']);
});

test('a slow request can be cancelled, and its response is ignored', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  let respond: (response: Response) => void = () => {};
  const { form } = renderPanel(() => new Promise((resolve) => (respond = resolve)));
  await act(async () => void form.fetch(true));
  expect(screen.queryByRole('button', { name: 'Cancel' })).toBe(null);
  act(() => void vi.advanceTimersByTime(1500));
  expect(screen.getByRole('status').textContent).toBe('This is taking longer than usual.');
  act(() => screen.getByRole('button', { name: 'Cancel' }).click());
  expect(screen.getByRole('status').textContent).toContain('Cancelled');
  await act(async () => respond(json({ id: 1, content: 'Hello, World!' })));
  expect(screen.queryByText('Hello, World!')).toBe(null);
});

test('the history lists earlier greetings, newest first', async () => {
  let id = 0;
  const { user, button } = renderPanel(() => json({ id: (id += 1), content: `Hello, no. ${id}!` }));
  for (const content of ['Hello, no. 1!', 'Hello, no. 2!', 'Hello, no. 3!']) {
    await user.click(button);
    expect(await screen.findByText(content)).toBeDefined();
  }
  const history = within(screen.getByRole('list', { name: 'Earlier greetings' }));
  expect(history.getAllByRole('listitem').map((item) => item.firstChild?.textContent)).toEqual([
    'Hello, no. 2!',
    'Hello, no. 1!',
  ]);
});

test('the name and the greeting are kept when the panel is unmounted and mounted again', async () => {
  const { form, user, button } = renderPanel(() => json({ id: 1, content: 'Hello, Ada!' }));
  await user.type(screen.getByLabelText('Name to greet'), 'Ada');
  await user.click(button);
  expect(await screen.findByText('Hello, Ada!')).toBeDefined();
  cleanup();
  render(<FetchPanel form={form} signedIn />);
  expect(screen.getByText('Hello, Ada!')).toBeDefined();
  expect(screen.getByLabelText<HTMLInputElement>('Name to greet').value).toBe('Ada');
});

/** Returns a form with a greeting that user-1 fetched, and a function that changes the user. */
async function formOfUser1() {
  const form = new GreetingForm({
    origin: 'https://site.example',
    accessToken: async () => undefined,
    request: async () => json({ id: 1, content: 'Hello, Ada!' }),
  });
  await form.fetch(true);
  const { rerender } = renderHook(
    ({ userId, loggedOut }: { userId?: string; loggedOut: boolean }) =>
      useClearOnUserChange(form, userId, loggedOut),
    { initialProps: { userId: 'user-1', loggedOut: false } as { userId?: string; loggedOut: boolean } },
  );
  expect(form.state().result?.kind).toBe('greeting');
  return { form, rerender };
}

test('the greeting is kept when the session expires and cleared after a logout in another tab', async () => {
  const { form, rerender } = await formOfUser1();
  rerender({ loggedOut: false });
  expect(form.state().result?.kind).toBe('greeting');
  rerender({ loggedOut: true });
  expect(form.state().result).toBe(undefined);
});

test('the greeting of one user is cleared when another user logs in', async () => {
  const { form, rerender } = await formOfUser1();
  rerender({ userId: 'user-2', loggedOut: false });
  expect(form.state().result).toBe(undefined);
});
