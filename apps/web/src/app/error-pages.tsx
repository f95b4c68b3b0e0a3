import type { ReactNode } from 'react';
import { StorageBlockedError } from '@spa-on-aws/sign-in';
import { RUNTIME_CONFIG_PATH } from '@spa-on-aws/shared-types';
import { ConfigurationError } from '../shared/errors';
import { errorPageText, failureText } from '../shared/strings';

/** Page for an error at the start of the app: an unusable `/config.json`, or blocked storage. */
export function StartErrorPage({ error }: { error: unknown }) {
  if (error instanceof ConfigurationError) return <ConfigurationErrorPage error={error} />;
  if (error instanceof StorageBlockedError) {
    return <ErrorPage title={errorPageText.storageTitle} lead={errorPageText.storageLead} />;
  }
  throw error; // the error boundary shows the crash page
}

/** Page for unexpected errors. */
export function CrashPage() {
  return <ErrorPage title={errorPageText.crashTitle} lead={errorPageText.crashLead} />;
}

/** Page for an unusable `/config.json`. It lists the invalid fields. */
function ConfigurationErrorPage({ error }: { error: ConfigurationError }) {
  const url = <code>{window.location.origin + RUNTIME_CONFIG_PATH}</code>;

  return (
    <ErrorPage
      title={errorPageText.configTitle}
      lead={
        <>
          {errorPageText.configLead} {url}
        </>
      }
      action={failureText.retry}
    >
      <div role="alert" className="notice">
        <p>{error.message}</p>
        {error.invalidFields.length > 0 && (
          <ul>
            {error.invalidFields.map(({ field, value }) => (
              <li key={field}>
                <code>{field}</code> {errorPageText.expected[field] ?? errorPageText.invalid};{' '}
                {value === undefined ? errorPageText.missing : errorPageText.found(value)}.
              </li>
            ))}
          </ul>
        )}
      </div>
      <p>{errorPageText.configFix}</p>
    </ErrorPage>
  );
}

interface ErrorPageProps {
  title: string;
  lead: ReactNode;
  /** Text of the button that reloads the page. */
  action?: string;
  children?: ReactNode;
}

/** Page without the layout, with a button that reloads it. */
function ErrorPage({ title, lead, action = failureText.reload, children }: ErrorPageProps) {
  return (
    <main className="error-page">
      <h1>{title}</h1>
      <p className="lead">{lead}</p>
      {children}
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {action}
      </button>
    </main>
  );
}
