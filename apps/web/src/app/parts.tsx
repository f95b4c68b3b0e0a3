import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { loadChunk } from '../shared/load-chunk';

/** Makes a component whose code is loaded when it is first shown, with `waiting` in its place until then. */
function part<Props extends object>(load: () => Promise<ComponentType<Props>>, waiting: ReactNode) {
  const Part = lazy(async () => ({ default: (await loadChunk(load)) as ComponentType<object> }));
  return (props: Props) => (
    <Suspense fallback={waiting}>
      <Part {...props} />
    </Suspense>
  );
}

const skeleton = <div className="panel skeleton" aria-hidden="true" />;

/** What only signed-in people see of the home page. */
export const SessionPanel = part(
  async () => (await import('../features/session/session-panel')).SessionPanel,
  skeleton,
);

/** The page about the session. */
export const SessionPage = part(async () => (await import('./session-page')).SessionPage, skeleton);
