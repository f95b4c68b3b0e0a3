/** The style sheet of the login pages; inlined, and allowed by its digest. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9;
  --panel: #ffffff;
  --line: #d9dde3;
  --text: #16191f;
  --muted: #5b6472;
  --accent: #0b5cd5;
  --accent-strong: #084aad;
  --on-accent: #ffffff;
  --alert-line: #d13212;
  --alert-text: #8f1d05;
  --alert-page: #fdf1ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f141a;
    --panel: #171d25;
    --line: #303a47;
    --text: #e9edf2;
    --muted: #9aa6b5;
    --accent: #6aa8ff;
    --accent-strong: #8fbeff;
    --on-accent: #0b1420;
    --alert-line: #ff7a5c;
    --alert-text: #ffb3a1;
    --alert-page: #2c1813;
  }
}
*, *::before, *::after { box-sizing: border-box; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  display: grid;
  grid-template-rows: 1fr auto;
  justify-items: center;
  align-items: center;
  gap: 1.5rem;
  padding: 1.5rem 1rem;
  background: var(--page);
  color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
}
main {
  width: 100%;
  max-width: 25rem;
  padding: 2rem;
  background: var(--panel);
  border: 1px solid var(--line);
  border-radius: 12px;
}
@media (max-width: 30rem) {
  main { padding: 1.5rem 1.25rem; }
}
.mark { display: block; width: 2.5rem; height: 2.5rem; margin-bottom: 1rem; }
h1 { margin: 0 0 0.25rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.01em; }
p { margin: 0 0 1rem; }
.lead { color: var(--muted); margin-bottom: 1.5rem; overflow-wrap: anywhere; }
form { display: grid; gap: 1rem; }
label { display: block; margin-bottom: 0.375rem; font-weight: 600; font-size: 0.875rem; }
input:not([type='hidden']) {
  display: block;
  width: 100%;
  padding: 0.625rem 0.75rem;
  font: inherit;
  color: inherit;
  background: var(--page);
  border: 1px solid var(--line);
  border-radius: 8px;
}
button {
  margin-top: 0.5rem;
  padding: 0.6875rem 1rem;
  font: inherit;
  font-weight: 600;
  color: var(--on-accent);
  background: var(--accent);
  border: 0;
  border-radius: 8px;
  cursor: pointer;
}
button:hover { background: var(--accent-strong); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[role='alert'] {
  margin: 0 0 1.25rem;
  padding: 0.75rem 1rem;
  color: var(--alert-text);
  background: var(--alert-page);
  border-left: 4px solid var(--alert-line);
  border-radius: 4px;
}
footer { max-width: 32rem; color: var(--muted); font-size: 0.8125rem; text-align: center; overflow-wrap: anywhere; }
footer p { margin: 0; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.95em; }
`;
