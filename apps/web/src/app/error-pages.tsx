import type { ReactNode } from 'react';
import { StorageBlockedError } from '@spa-on-aws/sign-in';
import { RUNTIME_CONFIG_PATH } from '@spa-on-aws/shared-types';
import { ConfigurationError } from '../shared/config-file';
import { errorPageText, failureText } from '../shared/strings';

/** Page for an error at the start of the app: an unusable `/config.json`, or blocked storage. */
export function StartErrorPage({ error }: { error: unknown }) {
  if (error instanceof ConfigurationError) {
    return (
      <ErrorPage title={errorPageText.configTitle} lead={errorPageText.configLead}>
        <code>{window.location.origin + RUNTIME_CONFIG_PATH}</code>
        <p role="alert" className="notice">
          {error.message}
        </p>
        <p>{errorPageText.configFix}</p>
      </ErrorPage>
    );
  }
  if (error instanceof StorageBlockedError) {
    return <ErrorPage title={errorPageText.storageTitle} lead={errorPageText.storageLead} />;
  }
  throw error; // the error boundary shows the crash page
}

/** Page for unexpected errors. Shows the message and the stack of `error`, if it is given. */
export function CrashPage({ error }: { error?: unknown }) {
  return (
    <ErrorPage title={errorPageText.crashTitle} lead={errorPageText.crashLead}>
      {error !== undefined && (
        <div className="notice">
          <p>{String(error)}</p>
          {error instanceof Error && <pre>{error.stack}</pre>}
        </div>
      )}
    </ErrorPage>
  );
}

/** Page without the layout, with a button that reloads it. */
function ErrorPage({ title, lead, children }: { title: string; lead: string; children?: ReactNode }) {
  return (
    <main className="error-page">
      <h1>{title}</h1>
      <p className="lead">{lead}</p>
      {children}
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {failureText.reload}
      </button>
    </main>
  );
}
