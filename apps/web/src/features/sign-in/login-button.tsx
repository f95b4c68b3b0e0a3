import { frameText } from '../../shared/strings';
import type { Login } from './use-login';

/** Starts the login. */
export function LoginButton({ login }: { login: Login }) {
  return (
    <button type="button" className="button" onClick={login.start} aria-disabled={login.leaving}>
      {frameText.login}
    </button>
  );
}
