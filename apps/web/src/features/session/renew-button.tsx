import { useState } from 'react';
import { sessionText } from '../../shared/strings';

/** Renews the tokens when asked to, and says what came of it. */
export function RenewButton({ renew }: { renew: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState('');

  async function press() {
    if (busy) return;
    setBusy(true);
    setResult(sessionText.renewing);
    try {
      await renew();
      setResult(sessionText.renewed(new Date().toLocaleTimeString()));
    } catch {
      setResult(sessionText.notRenewed); // when the session is over, this panel is gone with it
    }
    setBusy(false);
  }

  return (
    <div className="renew">
      <button type="button" className="button quiet" aria-disabled={busy} onClick={() => void press()}>
        {sessionText.renew}
      </button>
      <span role="status" className="hint">
        {result}
      </span>
    </div>
  );
}
