import { useEffect, useRef, useState } from 'react';
import { deselect, useAddress } from './address';
import { Detail } from './detail';
import { statusClass } from './format';
import { getJson, type Live, send, useLive, useRequest } from './live';
import { RequestList } from './request-list';
import type { SwitchesState } from '../../src/console/switches';
import { Switchboard } from './switchboard';
import { TopologyMap } from './topology-map';

export function App() {
  const [live, apply] = useLive();
  const { selected, pinned } = useAddress();
  const opened = useRequest(selected, live);
  const compared = useRequest(pinned, live);
  const [switchesOpen, setSwitchesOpen] = useState(false);
  const switchesButton = useRef<HTMLButtonElement>(null);
  const detail = useRef<HTMLElement>(null);
  const wantsFocus = useRef(false);

  useEffect(() => {
    const onLink = (): void => void (wantsFocus.current = true);
    addEventListener('hashchange', onLink);
    return () => removeEventListener('hashchange', onLink);
  }, []);
  useEffect(() => {
    if (!opened || !wantsFocus.current || !detail.current) return;
    wantsFocus.current = false;
    detail.current.focus({ preventScroll: true });
    if (detail.current.getBoundingClientRect().top > innerHeight * 0.8) detail.current.scrollIntoView();
  }, [opened]);

  const closeRequest = (): void => {
    deselect();
    document.getElementById(`request-${selected}`)?.focus();
  };
  const showSwitches = (data: SwitchesState): void => apply({ type: 'switches', data });
  const openSwitches = (): void => {
    setSwitchesOpen(!switchesOpen);
    // The size of the cache changes without an event.
    if (!switchesOpen) void getJson('/switches').then(({ body }) => showSwitches(body as SwitchesState));
  };
  const request = opened?.request;
  const active = live.switches?.active ?? [];
  return (
    <>
      <a className="skip" href="#requests">
        Skip to the requests
      </a>
      <header className="top">
        <h1>
          <Logo /> Local cloud
        </h1>
        <Addresses addresses={live.addresses} />
        <Connection connection={live.connection} />
        <button
          type="button"
          ref={switchesButton}
          aria-expanded={switchesOpen}
          aria-controls="switches"
          onClick={openSwitches}
        >
          Fault injection {active.length > 0 && <span className="count">{active.length}</span>}
        </button>
      </header>
      <section className="banners" aria-label="Active faults" aria-live="polite">
        {active.map(({ id, label, text, undo }) => (
          <div className="banner" key={id}>
            <p>
              <strong>{label}</strong> {text}
            </p>
            <button
              type="button"
              aria-label={`Switch off: ${label}`}
              onClick={() => void send('PATCH', '/switches', undo)}
            >
              Switch off
            </button>
          </div>
        ))}
      </section>
      <div className="stage">
        <main>
          <TopologyMap
            map={live.topology}
            path={request?.requestPath ?? []}
            status={request ? statusClass(request.status) : ''}
          />
          <div className="columns">
            <RequestList
              live={live}
              selected={selected}
              onPause={() => apply({ type: 'pause' })}
              onClear={() => void send('DELETE', '/requests')}
              onImport={(data) => apply({ type: 'imported', data })}
            />
            {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes the request */}
            <section
              className="detail"
              aria-label="Request"
              tabIndex={-1}
              ref={detail}
              onKeyDown={({ key }) => key === 'Escape' && closeRequest()}
            >
              {request ? (
                <Detail
                  key={request.id}
                  request={request}
                  pinned={compared?.request}
                  onClose={closeRequest}
                />
              ) : (
                <p className="empty">
                  {opened?.error ?? 'Select a request to see what each service did with it, and why.'}
                </p>
              )}
            </section>
          </div>
        </main>
        {switchesOpen && live.switches && (
          <Switchboard
            state={live.switches}
            onChange={showSwitches}
            onClose={() => {
              setSwitchesOpen(false);
              switchesButton.current?.focus();
            }}
          />
        )}
      </div>
    </>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true">
      <path
        d="M7 18.5a4.5 4.5 0 0 1-.6-8.96 6 6 0 0 1 11.5 1.5A3.75 3.75 0 0 1 17.25 18.5Z"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinejoin="round"
      />
    </svg>
  );
}

function Addresses({ addresses }: Pick<Live, 'addresses'>) {
  return (
    <nav aria-label="Local addresses">
      <ul>
        {addresses.map(({ name, url }) => (
          <li key={url}>
            {name}{' '}
            <a href={url} target="_blank" rel="noreferrer">
              {url.replace(/^https?:\/\//, '')}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const CONNECTION = {
  connecting: 'Connecting …',
  on: 'Live',
  lost: 'The local cloud does not respond. Retrying …',
};

function Connection({ connection }: Pick<Live, 'connection'>) {
  return (
    <p className="live" role="status" data-state={connection}>
      {CONNECTION[connection]}
    </p>
  );
}
