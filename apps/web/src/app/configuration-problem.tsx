import { RUNTIME_CONFIG_PATH } from '@spa-on-aws/shared-types';
import type { ConfigurationError, WrongField } from '../shared/config/configuration-error';
import { problemText } from '../shared/strings';

/** In the place of the app when `/config.json` cannot be used: says what is wrong, and where. */
export function ConfigurationProblem({ error }: { error: ConfigurationError }) {
  return (
    <main className="problem">
      <h1>{problemText.configTitle}</h1>
      <p className="lead">
        {problemText.configLead} <code>{window.location.origin + RUNTIME_CONFIG_PATH}</code>
      </p>
      <div role="alert" className="notice">
        <p>{error.message}</p>
        {error.wrongFields.length > 0 && (
          <ul>
            {error.wrongFields.map((wrong) => (
              <li key={wrong.field}>
                <code>{wrong.field}</code> {problemText.expected[wrong.field] ?? problemText.wrong};{' '}
                {found(wrong)}.
              </li>
            ))}
          </ul>
        )}
      </div>
      <p>{problemText.configRemedy}</p>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {problemText.configAgain}
      </button>
    </main>
  );
}

function found({ value }: WrongField): string {
  return value === undefined ? problemText.missing : problemText.found(JSON.stringify(value).slice(0, 80));
}
