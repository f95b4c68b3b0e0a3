import { useEffect, useRef, useState } from 'react';
import type { Statistics } from '@spa-on-aws/shared-types';
import { useApi } from '../../shared/api/api-context';
import { explainFailure, type Failure } from '../../shared/api/explain-failure';
import { FailureNotice } from '../../shared/api/failure-notice';
import { getStatistics } from './get-statistics';
import { adminText } from './text';

/** Panel with the statistics of the API. */
export default function StatisticsPanel() {
  const api = useApi();
  const [attempt, setAttempt] = useState(1);
  const [statistics, setStatistics] = useState<Statistics>();
  const [failure, setFailure] = useState<Failure>();
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    const request = new AbortController();
    getStatistics(api, request.signal).then(setStatistics, (error: unknown) => {
      if (!request.signal.aborted) setFailure(explainFailure(error, true));
    });
    return () => request.abort();
  }, [api, attempt]);

  function retry() {
    heading.current?.focus(); // the retry button disappears
    setFailure(undefined);
    setAttempt(attempt + 1);
  }

  return (
    <section className="panel" aria-labelledby="statistics-heading">
      <h2 id="statistics-heading" ref={heading} tabIndex={-1}>
        {adminText.statistics}
      </h2>
      {failure && <FailureNotice failure={failure} onRetry={retry} />}
      <div role="status">
        {!statistics && !failure && <p className="hint">{adminText.loading}</p>}
        {statistics && (
          <dl>
            <dt className="hint">{adminText.lastGreetingId}</dt>
            <dd className="greeting">{statistics.lastGreetingId.toLocaleString()}</dd>
          </dl>
        )}
      </div>
    </section>
  );
}
