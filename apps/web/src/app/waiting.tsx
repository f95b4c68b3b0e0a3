import { Frame } from './frame';
import { PanelSkeleton } from './skeleton';

/** A page that is about to become another one: its outline, and in words what is waited for. */
export function Waiting({ text }: { text: string }) {
  return (
    <Frame>
      <div role="status" className="visually-hidden">
        <h1>{text}</h1>
      </div>
      <div className="intro skeleton" aria-hidden="true">
        <span className="bone heading" />
        <span className="bone" />
      </div>
      <div className="columns" aria-hidden="true">
        <PanelSkeleton lines={4} />
        <PanelSkeleton lines={4} />
      </div>
    </Frame>
  );
}
