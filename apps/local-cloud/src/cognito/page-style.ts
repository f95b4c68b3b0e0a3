/**
 * The style sheet of the login pages; inlined, and allowed by its digest.
 *
 * Colours and sizes are the web app's, so that signing in looks like a part of it.
 */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f5f4ef;
  --glow: #dcebe4;
  --surface: #fff;
  --sunken: #f8f7f3;
  --ink: #15211d;
  --muted: #56635e;
  --line: #dddcd3;
  --field-line: #85908b;
  --accent: #0f5d4f;
  --accent-strong: #0a4539;
  --on-accent: #fff;
  --danger: #9c2418;
  --danger-surface: #fcece8;
  --focus: #b45f06;
  --shadow: 0 1px 2px rgb(21 33 29 / 6%), 0 12px 32px -16px rgb(21 33 29 / 18%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f1513;
    --glow: #17302a;
    --surface: #171f1c;
    --sunken: #121917;
    --ink: #e8efec;
    --muted: #a0b1ab;
    --line: #2b3733;
    --field-line: #6e807a;
    --accent: #66d6bb;
    --accent-strong: #8ee6d0;
    --on-accent: #04231b;
    --danger: #ffa597;
    --danger-surface: #361a16;
    --focus: #ffbf5e;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%), 0 16px 40px -20px rgb(0 0 0 / 60%);
  }
}
*, ::before, ::after { box-sizing: border-box; }
html {
  font: 100%/1.55 ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
  color: var(--ink);
  background: var(--paper) radial-gradient(56rem 26rem at 85% -8rem, var(--glow), transparent) no-repeat;
  text-size-adjust: 100%;
}
body {
  margin: 0;
  min-width: 20rem;
  min-height: 100svh;
  display: grid;
  grid-template: 1fr auto / minmax(0, 26rem);
  justify-content: center;
  align-items: center;
  gap: 1.5rem;
  padding: 1.5rem 1rem;
}
h1, p { margin: 0; overflow-wrap: anywhere; }
main {
  display: grid;
  gap: 1.5rem;
  padding: clamp(1.5rem, 1rem + 2.5vw, 2.25rem);
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 1rem;
  box-shadow: var(--shadow);
}
.mark { display: block; width: 2.75rem; height: 2.75rem; margin-bottom: 1.25rem; }
.mark .tile { fill: var(--accent); }
.mark .cloud { fill: var(--on-accent); }
.mark .ray { stroke: var(--accent); }
h1 { font-size: 1.75rem; font-weight: 750; line-height: 1.15; letter-spacing: -0.02em; text-wrap: balance; }
.lead { margin-top: 0.375rem; color: var(--muted); }
form { display: grid; gap: 1.125rem; }
label { display: block; margin-bottom: 0.375rem; font-weight: 600; }
input:not([type='hidden']) {
  width: 100%;
  min-height: 2.75rem;
  padding: 0 0.875rem;
  font: inherit;
  color: inherit;
  background: var(--sunken);
  border: 1px solid var(--field-line);
  border-radius: 0.625rem;
}
button {
  min-height: 2.75rem;
  margin-top: 0.375rem;
  padding: 0 1.375rem;
  font: inherit;
  font-weight: 650;
  color: var(--on-accent);
  background: var(--accent);
  border: 1px solid transparent;
  border-radius: 0.625rem;
  cursor: pointer;
}
button:hover { background: var(--accent-strong); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
[role='alert'] {
  padding: 0.75rem 1rem;
  color: var(--danger);
  background: var(--danger-surface);
  border-inline-start: 4px solid currentColor;
  border-radius: 0.25rem 0.625rem 0.625rem 0.25rem;
}
code { font: 0.9em ui-monospace, SFMono-Regular, 'Cascadia Mono', Menlo, 'DejaVu Sans Mono', monospace; }
footer { color: var(--muted); font-size: 0.875rem; text-align: center; text-wrap: balance; }
`;
