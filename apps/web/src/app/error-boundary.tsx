import { Component, type ReactNode } from 'react';
import { CrashPage } from './error-pages';

interface ErrorBoundaryProps {
  /** Shows the error to the developer. @default false */
  showError?: boolean;
  children: ReactNode;
}

/** Shows {@link CrashPage} when rendering fails. React logs the error. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { crash?: { error: unknown } }> {
  override state: { crash?: { error: unknown } } = {};

  static getDerivedStateFromError(error: unknown) {
    return { crash: { error } };
  }

  override render() {
    const { crash } = this.state;
    const { showError = false, children } = this.props;
    return crash ? <CrashPage error={showError ? crash.error : undefined} /> : children;
  }
}
