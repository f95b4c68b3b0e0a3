import { Component, type ReactNode } from 'react';
import { RUNTIME_CONFIG_PATH } from '@spa-on-aws/shared-types';
import type { ConfigurationError } from '../shared/errors';
import { errorPageText, failureText } from '../shared/strings';

/** Shows {@link CrashPage} when rendering fails. React logs the error. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override render() {
    return this.state.crashed ? <CrashPage /> : this.props.children;
  }
}

/** Page for unexpected errors. */
export function CrashPage() {
  return (
    <main className="error-page">
      <h1>{errorPageText.crashTitle}</h1>
      <p className="lead">{errorPageText.crashLead}</p>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {failureText.reload}
      </button>
    </main>
  );
}

/** Page for an unusable `/config.json`. It lists the invalid fields. */
export function ConfigurationErrorPage({ error }: { error: ConfigurationError }) {
  return (
    <main className="error-page">
      <h1>{errorPageText.configTitle}</h1>
      <p className="lead">
        {errorPageText.configLead} <code>{window.location.origin + RUNTIME_CONFIG_PATH}</code>
      </p>
      <div role="alert" className="notice">
        <p>{error.message}</p>
        {error.invalidFields.length > 0 && (
          <ul>
            {error.invalidFields.map(({ field, value }) => (
              <li key={field}>
                <code>{field}</code> {errorPageText.expected[field] ?? errorPageText.invalid};{' '}
                {actualValue(value)}.
              </li>
            ))}
          </ul>
        )}
      </div>
      <p>{errorPageText.configFix}</p>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {failureText.retry}
      </button>
    </main>
  );
}

function actualValue(value: unknown): string {
  return value === undefined
    ? errorPageText.missing
    : errorPageText.found(JSON.stringify(value).slice(0, 80));
}
