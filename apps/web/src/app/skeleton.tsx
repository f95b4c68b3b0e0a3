/** In the place of a panel that is about to come, and about as large: nothing jumps when it is there. */
export function PanelSkeleton({ lines }: { lines: number }) {
  return (
    <div className="panel skeleton" aria-hidden="true">
      <span className="bone title" />
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className="bone" />
      ))}
    </div>
  );
}
