import { Component, type ReactNode } from 'react';
import { Broken } from './broken';

/** Shows a page instead of nothing when the app breaks. React reports the error itself. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}
