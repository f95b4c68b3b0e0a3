import type { RefObject, SyntheticEvent } from 'react';
import { nameText } from './strings';

/** Props of {@link NameForm}. */
export interface NameFormProps {
  name: string;
  onNameChange: (name: string) => void;
  onSubmit: () => void;
  busy: boolean;
  /** Text of the button. */
  action: string;
  buttonRef?: RefObject<HTMLButtonElement | null>;
}

/** Form for the name to greet. */
export function NameForm({ name, onNameChange, onSubmit, busy, action, buttonRef }: NameFormProps) {
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (!busy) onSubmit();
  }

  return (
    <form className="name-form" onSubmit={submit}>
      <label htmlFor="name">{nameText.label}</label>
      <input
        id="name"
        value={name}
        onChange={(event) => onNameChange(event.target.value)}
        placeholder={nameText.placeholder}
        maxLength={100}
        autoComplete="off"
        aria-describedby="name-hint"
      />
      <button type="submit" className="button" ref={buttonRef} aria-disabled={busy}>
        {action}
      </button>
      <p id="name-hint" className="hint">
        {nameText.hint}
      </p>
    </form>
  );
}
