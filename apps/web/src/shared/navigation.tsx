import { type MouseEvent, type ReactNode, useSyncExternalStore } from 'react';

/** A link to a page of this app. Clicks with a modifier key are left to the browser, e.g. to open a new tab. */
export function Link({ to, children }: { to: string; children: ReactNode }) {
  const path = usePath();

  function handleClick(event: MouseEvent) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (to !== path) navigate(to);
  }

  return (
    <a href={to} onClick={handleClick} aria-current={to === path ? 'page' : undefined}>
      {children}
    </a>
  );
}

/** Returns the current path and re-renders the component when it changes. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => window.location.pathname);
}

/** Goes to a path of this app without a page load. */
export function navigate(path: string): void {
  window.history.pushState({ byLink: true }, '', path);
  notifySubscribers();
}

/** Replaces the current path; the Back button does not return to it. */
export function replacePath(path: string): void {
  window.history.replaceState(null, '', path);
  notifySubscribers();
}

function notifySubscribers(): void {
  window.dispatchEvent(new PopStateEvent('popstate', { state: window.history.state as unknown }));
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('popstate', onChange);
  return () => window.removeEventListener('popstate', onChange);
}
