import type { ReactNode } from 'react';
import { useOnline } from '../shared/navigation/use-online';
import { frameText, siteText } from '../shared/strings';
import { Logo } from './logo';

/** What is around every page: the name, and beside it the ways to other pages and who is signed in. */
export function Frame({ bar, children }: { bar?: ReactNode; children: ReactNode }) {
  const online = useOnline();

  return (
    <>
      <a className="skip" href="#content">
        {frameText.skip}
      </a>
      <header className="top">
        <div className="bar">
          <span className="brand">
            <Logo />
            {siteText.name}
          </span>
          {bar}
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <div role="status" className="offline" hidden={online}>
          {!online && <p>{frameText.offline}</p>}
        </div>
        {children}
      </main>
    </>
  );
}
