import { useEffect, useRef, useState } from 'react';
import type { KeptGreeting } from '@spa-on-aws/shared-types';
import { greetingsText, greetingText } from '../../shared/strings';

/** What {@link GreetingRow} shows. */
export interface GreetingRowProps {
  greeting: KeptGreeting;
  /** Something is under way: nothing else can be started. */
  busy: boolean;
  onRemove: (greeting: KeptGreeting) => void;
}

/** One greeting; deleting it is asked for twice, because it cannot be undone. */
export function GreetingRow({ greeting, busy, onRemove }: GreetingRowProps) {
  const { id, content, greetedAt } = greeting;
  const [asking, setAsking] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  const remove = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asking) keep.current?.focus(); // a second Enter deletes nothing
  }, [asking]);

  function stopAsking() {
    setAsking(false);
    setTimeout(() => remove.current?.focus());
  }

  if (asking) {
    return (
      <li className="asking">
        <span id={`confirm-${id}`}>{greetingsText.confirm(content)}</span>
        <span className="choices" role="group" aria-labelledby={`confirm-${id}`}>
          <button type="button" className="button quiet" ref={keep} onClick={stopAsking}>
            {greetingsText.confirmNo}
          </button>
          <button
            type="button"
            className="button danger"
            aria-disabled={busy}
            onClick={() => busy || onRemove(greeting)}
          >
            {busy ? greetingsText.removing : greetingsText.confirmYes}
          </button>
        </span>
      </li>
    );
  }
  return (
    <li>
      <span className="said">{content}</span>
      <span className="hint">
        {greetingText.number(id)}, <time dateTime={greetedAt}>{new Date(greetedAt).toLocaleString()}</time>
      </span>
      <button
        type="button"
        className="button quiet small"
        ref={remove}
        aria-label={greetingsText.removeOf(content, id)}
        onClick={() => setAsking(true)}
      >
        {greetingsText.remove}
      </button>
    </li>
  );
}
