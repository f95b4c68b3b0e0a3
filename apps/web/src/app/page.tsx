import { type ReactNode, useEffect, useRef } from 'react';
import { siteText } from '../shared/strings';

/** One page: its title in the browser and its heading, which takes the focus when a link led here. */
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
