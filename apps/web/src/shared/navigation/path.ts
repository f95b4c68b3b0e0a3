import { useSyncExternalStore } from 'react';

/** The current path; the component renders again when it changes. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => window.location.pathname);
}

/** Goes to a path of this app without loading the page again. */
export function navigate(path: string): void {
  window.history.pushState({ byLink: true }, '', path);
  announce();
}

/** Puts another path in the place of the current one, which Back does not return to. */
export function replacePath(path: string): void {
  window.history.replaceState(null, '', path);
  announce();
}

function announce(): void {
  window.dispatchEvent(new PopStateEvent('popstate', { state: window.history.state as unknown }));
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('popstate', onChange);
  return () => window.removeEventListener('popstate', onChange);
}
