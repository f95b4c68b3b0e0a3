import { Frame } from './frame';

/** A page that is about to become another one. */
export function Waiting({ text }: { text: string }) {
  return (
    <Frame>
      <p className="waiting">{text}</p>
    </Frame>
  );
}
