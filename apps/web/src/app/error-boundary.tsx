import { Component, type ReactNode } from 'react';

/** Shows a page instead of nothing when the app breaks. React reports the error itself. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <main className="problem">
        <h1>Something broke</h1>
        <p className="lead">That is our mistake, not yours. Loading the page again usually helps.</p>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          Load again
        </button>
      </main>
    );
  }
}
