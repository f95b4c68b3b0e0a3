import { act, cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { User } from 'oidc-client-ts';
import { useState } from 'react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fakeFetch } from '../../../test/fake-fetch';
import { json } from '../../../test/json';
import { renderWithAuth } from '../../../test/render-with-auth';
import { userWith } from '../../../test/user';
import { FetchPanel } from './fetch-panel';
import { GreetingProvider } from './greeting-state';

/** The app with the panel. Its button hides the panel, as a change of the page does. */
function App() {
  const [shown, setShown] = useState(true);
  return (
    <GreetingProvider>
      <button onClick={() => setShown(!shown)}>Change page</button>
      {shown && <FetchPanel />}
    </GreetingProvider>
  );
}

function renderPanel(respond: (request: string) => Response | Promise<Response>, user: User | null = null) {
  const requests = fakeFetch(respond);
  const { auth, setAuth } = renderWithAuth(<App />, { user });
  const button = screen.getByRole('button', { name: 'Fetch Data' });
  return { auth, setAuth, requests, user: userEvent.setup(), button };
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
  const { user, button, requests } = renderPanel(() => json({ id: 9, content: 'Hello, World!' }));
  await user.click(button);
  expect(await screen.findByText('Hello, World!')).toBeDefined();
  expect(screen.getByRole('status').textContent).toContain('9');
  expect(requests).toEqual(['GET /api/greeting']);
  expect(requestPath()).toEqual([
    'Browser: passed',
    'CloudFront: passed',
    'API Gateway: passed',
    'API: passed',
  ]);
});

test('the Enter key sends the name without surrounding spaces', async () => {
  const { user, requests } = renderPanel(() => json({ id: 1, content: 'Hello, Ada & Bob!' }));
  await user.type(screen.getByLabelText('Name to greet'), ' Ada & Bob {Enter}');
  expect(await screen.findByText('Hello, Ada & Bob!')).toBeDefined();
  expect(requests).toEqual(['GET /api/greeting?name=Ada+%26+Bob']);
});

test('a name has at most 100 characters', async () => {
  const { user } = renderPanel(() => json({}));
  await user.click(screen.getByLabelText('Name to greet'));
  await user.paste('x'.repeat(101));
  expect(screen.getByLabelText<HTMLInputElement>('Name to greet').value).toHaveLength(100);
});

test('a signed-out user can send the request and sees why it was rejected', async () => {
  const { user, button, requests } = renderPanel(() => json({ message: 'Unauthorized' }, 401));
  await user.click(button);
  expect((await screen.findByRole('alert')).textContent).toBe(
    'The API rejected the request (401): you’re not signed in. Log in, then try again.',
  );
  expect(requests).toEqual(['GET /api/greeting']);
  expect(requestPath()).toEqual(['Browser: passed', 'CloudFront: passed', 'API Gateway: stopped here']);
});

test('the panel shows an error instead of a response that does not match the schema', async () => {
  const { user, button } = renderPanel(() => json({ id: 'nine', content: '<b>Hello</b>' }));
  await user.click(button);
  expect((await screen.findByRole('alert')).textContent).toContain('Unexpected response');
  expect(screen.getByRole('status').textContent).toBe('');
});

test('a second click does nothing while a request is in flight', async () => {
  const { user, button, requests } = renderPanel(() => new Promise(() => {}));
  await user.click(button);
  await user.click(button);
  expect(requests).toHaveLength(1);
  expect(button.getAttribute('aria-disabled')).toBe('true');
});

test('"Try again" repeats a failed request with the same name and shows the new response', async () => {
  const responses = [
    json({ message: 'Internal server error' }, 500),
    json({ id: 2, content: 'Hello, Ada!' }),
  ];
  const { user, requests } = renderPanel(() => responses.shift() as Response);
  await user.type(screen.getByLabelText('Name to greet'), 'Ada{Enter}');
  await user.click(await screen.findByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Hello, Ada!')).toBeDefined();
  expect(screen.queryByRole('alert')).toBe(null);
  expect(document.activeElement?.textContent).toBe('Fetch Data');
  expect(requests).toEqual(['GET /api/greeting?name=Ada', 'GET /api/greeting?name=Ada']);
});

test('a slow request can be cancelled, and its response is ignored', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  let respond: (response: Response) => void = () => {};
  const { button } = renderPanel(() => new Promise((resolve) => (respond = resolve)));
  await act(async () => button.click());
  expect(screen.queryByRole('button', { name: 'Cancel' })).toBe(null);
  act(() => void vi.advanceTimersByTime(1500));
  expect(screen.getByRole('status').textContent).toBe('This is taking longer than usual.');
  act(() => screen.getByRole('button', { name: 'Cancel' }).click());
  expect(screen.getByRole('status').textContent).toContain('Cancelled');
  await act(async () => respond(json({ id: 1, content: 'Hello, World!' })));
  expect(screen.queryByText('Hello, World!')).toBe(null);
});

test('the name and the greeting are kept when the page changes and changes back', async () => {
  const { user, button } = renderPanel(() => json({ id: 1, content: 'Hello, Ada!' }));
  await user.type(screen.getByLabelText('Name to greet'), 'Ada');
  await user.click(button);
  expect(await screen.findByText('Hello, Ada!')).toBeDefined();
  await user.click(screen.getByRole('button', { name: 'Change page' }));
  expect(screen.queryByText('Hello, Ada!')).toBe(null);
  await user.click(screen.getByRole('button', { name: 'Change page' }));
  expect(screen.getByText('Hello, Ada!')).toBeDefined();
  expect(screen.getByLabelText<HTMLInputElement>('Name to greet').value).toBe('Ada');
});

test('the typed name survives the visit to the login page, but not a logout', async () => {
  const { user } = renderPanel(() => json({}));
  await user.type(screen.getByLabelText('Name to greet'), 'Ada');
  cleanup(); // the browser leaves the page, and returns
  const { setAuth } = renderPanel(() => json({}));
  expect(screen.getByLabelText<HTMLInputElement>('Name to greet').value).toBe('Ada');
  setAuth({ activeNavigator: 'signoutRedirect' });
  expect(sessionStorage).toHaveLength(0);
});

/** Renders the panel with a greeting that user-1 fetched. */
async function renderGreetingOfUser1() {
  const rendered = renderPanel(() => json({ id: 1, content: 'Hello, Ada!' }), userWith());
  await rendered.user.click(rendered.button);
  expect(await screen.findByText('Hello, Ada!')).toBeDefined();
  return rendered;
}

test('the greeting is kept when the session expires and cleared after a logout in another tab', async () => {
  const { auth, setAuth } = await renderGreetingOfUser1();
  setAuth({ user: null });
  expect(screen.getByText('Hello, Ada!')).toBeDefined();
  await act(() => auth.events._raiseUserSignedOut());
  expect(screen.queryByText('Hello, Ada!')).toBe(null);
});

test('the greeting of one user is kept after a renewal and cleared when another user logs in', async () => {
  const { auth } = await renderGreetingOfUser1();
  await act(() => auth.events.load(userWith()));
  expect(screen.getByText('Hello, Ada!')).toBeDefined();
  const other = userWith();
  other.profile.sub = 'user-2';
  await act(() => auth.events.load(other));
  expect(screen.queryByText('Hello, Ada!')).toBe(null);
});

test('the error of a signed-out request is removed after a login in another tab', async () => {
  const { user, button, auth } = renderPanel(() => json({ message: 'Unauthorized' }, 401));
  await user.click(button);
  expect(await screen.findByRole('alert')).toBeDefined();
  await act(() => auth.events.load(userWith()));
  expect(screen.queryByRole('alert')).toBe(null);
});
