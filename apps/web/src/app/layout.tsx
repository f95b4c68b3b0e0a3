import { type ReactNode, useEffect, useRef, useSyncExternalStore } from 'react';
import { Link, useRoute } from 'wouter';
import { layoutText, siteText } from '../shared/strings';
import { pages } from './pages';

/** Props of {@link Layout}. */
export interface LayoutProps {
  /** The signed-in user, or a "Log in" button. */
  account?: ReactNode;
  /** Groups of the signed-in user, whose pages the navigation shows. @default none */
  groups?: readonly string[];
  children: ReactNode;
}

/** Layout of every page: header with product name, navigation and account; offline notice; content. */
export function Layout({ account, groups = [], children }: LayoutProps) {
  const online = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);

  return (
    <>
      <a className="skip-link" href="#content">
        {layoutText.skip}
      </a>
      <header className="site-header">
        <div className="header-content">
          <Link to="/" className="brand" state={{ focusHeading: true }}>
            <img src="/favicon.svg" alt="" className="logo" />
            {siteText.name}
          </Link>
          <nav aria-label={layoutText.pages}>
            {pages
              .filter(({ access }) => typeof access !== 'object' || groups.includes(access.group))
              .map(({ path, text }) => (
                <NavLink key={path} to={path}>
                  {text.link}
                </NavLink>
              ))}
          </nav>
          <div className="account">{account}</div>
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

/** Link in the navigation. {@link Page} focuses its heading after a click. */
function NavLink({ to, children }: { to: string; children: ReactNode }) {
  const [isCurrent] = useRoute(to);
  return (
    <Link
      to={to}
      replace={isCurrent}
      state={{ focusHeading: true }}
      aria-current={isCurrent ? 'page' : undefined}
    >
      {children}
    </Link>
  );
}

/** Content of a page, with its own browser title. After a click in the navigation, the heading gets the focus. */
export function Page({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: string | undefined;
  children?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const { focusHeading } = (window.history.state ?? {}) as { focusHeading?: boolean };
    if (focusHeading) heading.current?.focus();
  }, []);

  return (
    <>
      <title>{siteText.title(title)}</title>
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

/** Page that is shown until the real page is ready. */
export function LoadingPage({ text = layoutText.loading }: { text?: string }) {
  return (
    <Layout>
      <PageSkeleton text={text} />
    </Layout>
  );
}

/** Placeholder of a page, with `text` for screen readers. */
export function PageSkeleton({ text }: { text: string }) {
  return (
    <>
      <div role="status" className="visually-hidden">
        <h1>{text}</h1>
      </div>
      <div className="intro skeleton" aria-hidden="true">
        <span className="skeleton-line heading" />
        <span className="skeleton-line" />
      </div>
      <div className="columns" aria-hidden="true">
        <span className="panel skeleton-line" />
        <span className="panel skeleton-line" />
      </div>
    </>
  );
}
