import { useEffect, useRef, useState } from 'react';
import type { SavedGreeting } from '@spa-on-aws/shared-types';
import { savedGreetingsText } from './text';

/** Props of {@link GreetingRow}. */
export interface GreetingRowProps {
  greeting: SavedGreeting;
  /** True while a request is in flight: no other request can start. */
  busy: boolean;
  onRemove: () => void;
}

/** List item of one saved greeting. Deleting needs a confirmation, because it cannot be undone. */
export function GreetingRow({ greeting, busy, onRemove }: GreetingRowProps) {
  const { id, content, greetedAt } = greeting;
  const [confirming, setConfirming] = useState(false);
  const keepButton = useRef<HTMLButtonElement>(null);
  const removeButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (confirming) keepButton.current?.focus(); // so that pressing Enter twice deletes nothing
  }, [confirming]);

  function keep() {
    setConfirming(false);
    setTimeout(() => removeButton.current?.focus());
  }

  if (confirming) {
    return (
      <li className="confirming">
        <span id={`confirm-${id}`}>{savedGreetingsText.confirm(content)}</span>
        <span className="buttons" role="group" aria-labelledby={`confirm-${id}`}>
          <button type="button" className="button secondary" ref={keepButton} onClick={keep}>
            {savedGreetingsText.confirmNo}
          </button>
          <button
            type="button"
            className="button danger"
            aria-disabled={busy}
            onClick={() => busy || onRemove()}
          >
            {busy ? savedGreetingsText.removing : savedGreetingsText.confirmYes}
          </button>
        </span>
      </li>
    );
  }
  return (
    <li>
      <span className="content">{content}</span>
      <span className="hint">
        {savedGreetingsText.number(id)},{' '}
        <time dateTime={greetedAt}>{new Date(greetedAt).toLocaleString()}</time>
      </span>
      <button
        type="button"
        className="button secondary small"
        ref={removeButton}
        aria-label={savedGreetingsText.removeLabel(content, id)}
        onClick={() => setConfirming(true)}
      >
        {savedGreetingsText.remove}
      </button>
    </li>
  );
}
