import { greetingText } from '../../shared/strings';
import type { DeskState } from './greeting-desk';

/** The greetings before the last one, newest first. */
export function GreetingHistory({ history }: Pick<DeskState, 'history'>) {
  return (
    <div className="history">
      <h3 id="history-heading">{greetingText.history}</h3>
      <ul aria-labelledby="history-heading">
        {history.map(({ greeting, at }) => (
          <li key={greeting.id}>
            <span>{greeting.content}</span>
            <span className="hint">
              {greetingText.number(greeting.id)},{' '}
              <time dateTime={at.toISOString()}>{at.toLocaleTimeString()}</time>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
