import type { MouseEvent, ReactNode } from 'react';
import { navigate, usePath } from './path';

/** A link inside this app; with a modifier key or another button it is the browser's. */
export function Link({ to, children }: { to: string; children: ReactNode }) {
  const path = usePath();

  function follow(event: MouseEvent) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (to !== path) navigate(to);
  }

  return (
    <a href={to} onClick={follow} aria-current={to === path ? 'page' : undefined}>
      {children}
    </a>
  );
}
