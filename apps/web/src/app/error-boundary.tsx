import { Component, type ReactNode } from 'react';
import { CrashPage } from './error-pages';

/** Shows {@link CrashPage} when rendering fails. React logs the error. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override render() {
    return this.state.crashed ? <CrashPage /> : this.props.children;
  }
}
