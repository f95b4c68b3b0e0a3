import { useAuth } from 'react-oidc-context';
import { useApi } from '../../shared/api/api-context';
import { explainFailure } from '../../shared/api/explain-failure';
import { getGreeting } from './get-greeting';
import { type FetchResult, useGreetingState } from './greeting-state';

/** Returns the actions of the greeting form. It fetches one greeting at a time, also while another page is shown. */
export function useFetchGreeting() {
  const { state, setState } = useGreetingState();
  const api = useApi();
  const { user } = useAuth();

  async function fetchGreeting() {
    const request = new AbortController();
    setState((last) => ({ ...last, result: undefined, request, userId: user?.profile.sub }));
    const result = await getGreeting(api, state.name.trim(), request.signal).then(
      (greeting): FetchResult => ({ kind: 'greeting', greeting }),
      (error: unknown): FetchResult =>
        request.signal.aborted
          ? { kind: 'cancelled' }
          : { kind: 'failure', failure: explainFailure(error, Boolean(user)) },
    );
    // Ignored when the user has cancelled, or another user has logged in.
    setState((last) => (last.request === request ? { ...last, request: undefined, result } : last));
  }

  function cancel() {
    state.request?.abort();
    setState((last) => ({ ...last, request: undefined, result: { kind: 'cancelled' } }));
  }

  return { fetchGreeting, cancel };
}
