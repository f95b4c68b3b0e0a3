import { greetingText } from '../../shared/strings';
import type { Outcome } from './greeting-desk';
import { hops } from './request-path';

/** How far the last request got on its way to the API. */
export function RequestPath({ busy, outcome }: { busy: boolean; outcome: Outcome | undefined }) {
  const stop = outcome?.kind === 'failure' ? hops.findIndex((hop) => hop === outcome.stoppedAt) : -1;
  const passed = outcome?.kind === 'greeting' ? hops.length : stop;

  return (
    <ol className="request-path" aria-label={greetingText.path} data-busy={busy}>
      {hops.map((hop, index) => {
        const state = index < passed ? 'passed' : index === stop ? 'stopped' : 'idle';
        return (
          <li key={hop} data-state={state}>
            {hop}
            <span className="visually-hidden">{explanations[state]}</span>
          </li>
        );
      })}
    </ol>
  );
}

const explanations = { passed: greetingText.passed, stopped: greetingText.stopped, idle: '' };
