import { useState } from 'react';
import { asCurl, asFetch } from '../../src/console/copy-as';
import type { RequestView } from '../../src/console/request-view';
import { select, setQuery, useAddress } from './address';
import { send } from './live';

interface ToolbarProps {
  readonly request: RequestView;
  readonly isEditing: boolean;
  readonly onEdit: () => void;
}

/** Copies a request, sends it again, edits it before that, and pins it. Values of a query are not stored: they need the form. */
export function Toolbar({ request, isEditing, onEdit }: ToolbarProps) {
  const { pinned } = useAddress();
  const [message, setMessage] = useState('');
  const id = String(request.id);
  const isPinned = pinned === id;
  const copy = (name: string, text: string): void => {
    navigator.clipboard.writeText(text).then(
      () => setMessage(`Copied as ${name}. Values that the console hides are variables.`),
      (error: unknown) => setMessage(`Not copied: ${String(error)}`),
    );
  };
  const sendAgain = (): void => {
    send<RequestView>('POST', `/requests/${id}`)
      .then((sent) => {
        setQuery({ pinned: id });
        select(String(sent.id));
      })
      .catch((error: unknown) => setMessage((error as Error).message));
  };
  return (
    <>
      <div className="tools" role="group" aria-label="Actions for the request">
        <button type="button" onClick={() => copy('curl', asCurl(request))}>
          Copy as curl
        </button>
        <button type="button" onClick={() => copy('fetch', asFetch(request))}>
          Copy as fetch
        </button>
        {canSend(request) && request.queryNames.length === 0 && (
          <button type="button" onClick={sendAgain}>
            Send again
          </button>
        )}
        {canSend(request) && (
          <button type="button" aria-expanded={isEditing} onClick={onEdit}>
            Edit and resend
          </button>
        )}
        <button
          type="button"
          aria-pressed={isPinned}
          title="The next request that you select is shown beside a pinned one"
          onClick={() => setQuery({ pinned: isPinned ? '' : id })}
        >
          Pin
        </button>
      </div>
      <p className="hint" role="status">
        {message}
      </p>
    </>
  );
}

/** Requests to sign-in need cookies and codes that are used once, those to the Invoke API a signature; imported ones have no endpoint. */
const canSend = ({ id, via }: RequestView): boolean =>
  via !== 'sign-in' && via !== 'invoke-api' && /^\d+$/.test(String(id));
