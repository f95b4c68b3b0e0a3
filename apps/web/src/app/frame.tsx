import type { ReactNode } from 'react';

/** What is around every page: the name, and beside it the ways to other pages and who is signed in. */
export function Frame({ bar, children }: { bar?: ReactNode; children: ReactNode }) {
  return (
    <>
      <header className="top">
        <div className="bar">
          <span className="brand">
            <svg viewBox="0 0 32 32" aria-hidden="true">
              <path d="M9 22.5a5.5 5.5 0 0 1-.6-10.97A8 8 0 0 1 23.6 13.2 4.8 4.8 0 0 1 23 22.5Z" />
              <path className="ray" d="m14.5 13 4 4-4 4" />
            </svg>
            SPA on AWS
          </span>
          {bar}
        </div>
      </header>
      <main>{children}</main>
    </>
  );
}
