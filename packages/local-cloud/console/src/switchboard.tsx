import {
  type FormEvent,
  type ReactNode,
  startTransition,
  useEffect,
  useOptimistic,
  useRef,
  useState,
} from 'react';
import type { SwitchesPatch, SwitchesState } from '../../src/console/switches';
import { send } from './live';

interface SwitchboardProps {
  readonly state: SwitchesState;
  readonly onChange: (state: SwitchesState) => void;
  readonly onClose: () => void;
}

interface Message {
  readonly text: string;
  readonly isError: boolean;
}

/** Fault injection: shows the state of every switch and sends changes. */
export function Switchboard({ state: given, onChange, onClose }: SwitchboardProps) {
  // Shows a change before the local cloud confirms it.
  const [state, expect] = useOptimistic(given);
  const [message, setMessage] = useState<Message>({ text: '', isError: false });
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus({ preventScroll: true }), []);

  const run = (method: 'PATCH' | 'POST', path: string, content: object, expected?: SwitchesState): void =>
    startTransition(async () => {
      if (expected) expect(expected);
      try {
        const answer = await send<SwitchesState & { readonly message?: string }>(method, path, content);
        onChange(answer);
        setMessage({ text: answer.message ?? '', isError: false });
      } catch (error) {
        setMessage({ text: (error as Error).message, isError: true });
      }
    });
  const patch: Patch = (content, expected) => run('PATCH', '/switches', content, expected);
  const act: Act = (action, content = {}) => run('POST', `/switches/${action}`, content);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes the panel
    <aside
      className="switches"
      id="switches"
      aria-labelledby="switches-title"
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
    >
      <div className="bar">
        <h2 id="switches-title" tabIndex={-1} ref={title}>
          Fault injection
        </h2>
        <button type="button" onClick={() => act('reset')}>
          Reset all
        </button>
        <button type="button" aria-label="Close fault injection" onClick={onClose}>
          ✕
        </button>
      </div>
      <p className="hint">
        Try what is hard to try on AWS. Tests use the same switches at{' '}
        <a href="/switches">
          <code>/switches</code>
        </a>
        .
      </p>
      <p className={message.isError ? 'message bad' : 'message'} role="status">
        {message.text}
      </p>
      <ApiFaults state={state} patch={patch} />
      <ClockSwitches state={state} patch={patch} act={act} />
      <fieldset>
        <legend>Sign-in</legend>
        <Action label="Expire tokens" onClick={() => act('expire-tokens')}>
          Treat all current tokens as expired.
        </Action>
        <Action label="Revoke tokens" onClick={() => act('revoke-tokens')}>
          Revoke all refresh tokens, as after a forced sign-out.
        </Action>
        <Action label="Rotate keys" onClick={() => act('rotate-signing-keys')}>
          Sign with new keys; existing tokens become invalid.
        </Action>
        <Action label="Reset users" onClick={() => act('reset-users')}>
          Undo lockouts, password changes and MFA enrolments.
        </Action>
      </fieldset>
      <CacheSwitches state={state} act={act} />
    </aside>
  );
}

interface FaultsProps {
  readonly state: SwitchesState;
  readonly patch: Patch;
}

/** Changes switches; `expected` is the state after it. */
type Patch = (content: SwitchesPatch, expected?: SwitchesState) => void;

const MODES = [
  ['normal', 'Normal', 'no fault'],
  ['down', 'Down', 'no healthy container: 503'],
  ['failing', 'Failing', 'every call fails with 500'],
] as const;

function ApiFaults({ state, patch }: FaultsProps) {
  const { api, throttle } = state;
  return (
    <fieldset>
      <legend>API</legend>
      {MODES.map(([mode, label, effect]) => (
        <label className="choice" key={mode}>
          <input
            type="radio"
            name="mode"
            checked={api.mode === mode}
            onChange={() => patch({ api: { mode } }, { ...state, api: { ...api, mode } })}
          />
          <span>
            {label}
            <small>{effect}</small>
          </span>
        </label>
      ))}
      <InlineForm
        button="Set"
        onSubmit={(fields) => patch({ api: { delayMs: Number(fields.get('delayMs')) } })}
      >
        <label>
          Delay
          {/* A new key shows a changed value. */}
          <input
            type="number"
            name="delayMs"
            min="0"
            max="120000"
            step="100"
            defaultValue={api.delayMs}
            key={api.delayMs}
          />
          ms
        </label>
      </InlineForm>
      <label className="choice">
        <input
          type="checkbox"
          checked={throttle.forced}
          onChange={({ target: { checked: forced } }) =>
            patch({ throttle: { forced } }, { ...state, throttle: { forced } })
          }
        />
        <span>
          Throttled
          <small>API Gateway answers 429</small>
        </span>
      </label>
    </fieldset>
  );
}

type Act = (action: string, content?: object) => void;

const STEPS = [
  [300_000, '+5 min'],
  [3_600_000, '+1 h'],
] as const;

function ClockSwitches({ state, patch, act }: FaultsProps & { readonly act: Act }) {
  const moved = state.active.find(({ id }) => id === 'clock');
  return (
    <fieldset>
      <legend>Clock</legend>
      <p className="reading">
        <output>{moved ? moved.label : 'System time'}</output> <Time offsetMs={state.clock.offsetMs} />
      </p>
      <div className="inline">
        {STEPS.map(([ms, label]) => (
          <button type="button" key={ms} onClick={() => act('advance-clock', { ms })}>
            {label}
          </button>
        ))}
        <button type="button" onClick={() => patch({ clock: { offsetMs: 0 } })}>
          Reset
        </button>
      </div>
      <InlineForm
        button="Move"
        onSubmit={(fields) => act('advance-clock', { ms: Number(fields.get('minutes')) * 60_000 })}
      >
        <label>
          Move by
          <input type="number" name="minutes" min="-5000000" max="5000000" step="1" defaultValue="60" />
          min
        </label>
      </InlineForm>
    </fieldset>
  );
}

/** The time of the local cloud, which moves on. */
function Time({ offsetMs }: { readonly offsetMs: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <output className="technical">{new Date(now + offsetMs).toLocaleString()}</output>;
}

function CacheSwitches({ state: { cache }, act }: { readonly state: SwitchesState; readonly act: Act }) {
  return (
    <fieldset>
      <legend>Cache</legend>
      <p className="reading">
        <output>
          {cache.entries} {cache.entries === 1 ? 'response' : 'responses'}, {Math.round(cache.bytes / 1_024)}{' '}
          kB
        </output>
      </p>
      <InlineForm
        button="Purge"
        onSubmit={(fields) => {
          const path = String(fields.get('path') ?? '').trim();
          act('purge-cache', path === '' ? {} : { path });
        }}
      >
        <label>
          Path
          <input name="path" placeholder="all, or e.g. /assets/*" autoComplete="off" spellCheck={false} />
        </label>
      </InlineForm>
    </fieldset>
  );
}

interface ActionProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Action({ label, onClick, children }: ActionProps) {
  return (
    <div className="action">
      <p>{children}</p>
      <button type="button" onClick={onClick}>
        {label}
      </button>
    </div>
  );
}

interface InlineFormProps {
  readonly button: string;
  readonly onSubmit: (fields: FormData) => void;
  readonly children: ReactNode;
}

function InlineForm({ button, onSubmit, children }: InlineFormProps) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <form className="inline" onSubmit={submit}>
      {children}
      <button>{button}</button>
    </form>
  );
}
