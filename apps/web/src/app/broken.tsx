/** In the place of whatever broke. */
export function Broken() {
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
