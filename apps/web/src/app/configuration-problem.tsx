import { RUNTIME_CONFIG_PATH } from '@spa-on-aws/shared-types';
import type { ConfigurationError, WrongField } from '../shared/config/configuration-error';

/** What each field has to be: the schema says it to machines, this says it to people. */
const expectations: Record<string, string> = {
  schemaVersion: 'must be 1, the version this page can read',
  issuer: 'must be the http(s) URL of the user pool',
  cognitoDomain: 'must be the http(s) origin of managed login',
  clientId: 'must be the id of the app client',
  scopes: 'must list at least one scope',
};

/** In the place of the app when `/config.json` cannot be used: says what is wrong, and where. */
export function ConfigurationProblem({ error }: { error: ConfigurationError }) {
  return (
    <main className="problem">
      <h1>Configuration problem</h1>
      <p className="lead">
        Before it starts, this page reads <code>{window.location.origin + RUNTIME_CONFIG_PATH}</code>
      </p>
      <div role="alert" className="notice">
        <p>{error.message}</p>
        {error.wrongFields.length > 0 && (
          <ul>
            {error.wrongFields.map((wrong) => (
              <li key={wrong.field}>
                <code>{wrong.field}</code> {expectations[wrong.field] ?? 'is wrong'}; {found(wrong)}.
              </li>
            ))}
          </ul>
        )}
      </div>
      <p>The deployment writes this file: deploy again, or start the local cloud, then try once more.</p>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        Try again
      </button>
    </main>
  );
}

function found({ value }: WrongField): string {
  return value === undefined ? 'it is missing' : `it is ${JSON.stringify(value).slice(0, 80)}`;
}
