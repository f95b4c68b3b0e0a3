import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';
import { layoutText, siteText } from '../shared/strings';

/** Layout of every page: header with the product name and `header`, offline notice, content. */
export function Layout({ header, children }: { header?: ReactNode; children: ReactNode }) {
  const online = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);

  return (
    <>
      <a className="skip-link" href="#content">
        {layoutText.skip}
      </a>
      <header className="site-header">
        <div className="header-content">
          <span className="brand">
            <Logo />
            {siteText.name}
          </span>
          {header}
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <div role="status" className="offline" hidden={online}>
          {!online && <p>{layoutText.offline}</p>}
        </div>
        {children}
      </main>
    </>
  );
}

function subscribeToNetwork(onChange: () => void): () => void {
  window.addEventListener('online', onChange);
  window.addEventListener('offline', onChange);
  return () => {
    window.removeEventListener('online', onChange);
    window.removeEventListener('offline', onChange);
  };
}

function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className="logo">
      <path d="M9 22.5a5.5 5.5 0 0 1-.6-10.97A8 8 0 0 1 23.6 13.2 4.8 4.8 0 0 1 23 22.5Z" />
      <path className="arrow" d="m14.5 13 4 4-4 4" />
    </svg>
  );
}

/** Content of a page. Sets the browser title, and focuses the heading after a click on a link. */
export function Page({ title, lead, children }: { title: string; lead?: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = siteText.title(title);
    const { byLink } = (window.history.state ?? {}) as { byLink?: boolean };
    if (byLink) heading.current?.focus();
  }, [title]);

  return (
    <>
      <div className="intro">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead !== undefined && <p className="lead">{lead}</p>}
      </div>
      {children}
    </>
  );
}

/** Page that shows a skeleton, and `text` for screen readers, until the real page is ready. */
export function LoadingPage({ text }: { text: string }) {
  return (
    <Layout>
      <div role="status" className="visually-hidden">
        <h1>{text}</h1>
      </div>
      <div className="intro skeleton" aria-hidden="true">
        <span className="skeleton-line heading" />
        <span className="skeleton-line" />
      </div>
      <div className="columns" aria-hidden="true">
        <PanelSkeleton lines={4} />
        <PanelSkeleton lines={4} />
      </div>
    </Layout>
  );
}

/** Placeholder of a panel. It has about the size of the panel, to avoid layout shifts. */
export function PanelSkeleton({ lines }: { lines: number }) {
  return (
    <div className="panel skeleton" aria-hidden="true">
      <span className="skeleton-line title" />
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className="skeleton-line" />
      ))}
    </div>
  );
}
