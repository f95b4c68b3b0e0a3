/** The mark of the product: a cloud, and in it the way through. */
export function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className="logo">
      <path d="M9 22.5a5.5 5.5 0 0 1-.6-10.97A8 8 0 0 1 23.6 13.2 4.8 4.8 0 0 1 23 22.5Z" />
      <path className="ray" d="m14.5 13 4 4-4 4" />
    </svg>
  );
}
