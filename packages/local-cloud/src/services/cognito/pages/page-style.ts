/** Colors and sizes of the web app's `tokens.css`, so that sign-in looks like a part of it. */
const TOKENS = `
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
  --font: ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
  --mono: ui-monospace, SFMono-Regular, 'Cascadia Mono', Menlo, 'DejaVu Sans Mono', monospace;
  --small: 0.875rem;
  --radius: 1rem;
  --radius-small: 0.625rem;
  --target: 2.75rem;
  --quick: 140ms;
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
@media (prefers-reduced-motion: reduce) {
  :root { --quick: 0ms; }
}
`;

const RULES = `
*, ::before, ::after { box-sizing: border-box; }
html {
  font: 100%/1.55 var(--font);
  color: var(--ink);
  background: var(--paper) radial-gradient(56rem 26rem at 85% -8rem, var(--glow), transparent) no-repeat;
  -webkit-text-size-adjust: 100%;
  text-size-adjust: 100%;
}
body {
  margin: 0;
  min-width: 20rem;
  min-height: 100svh;
  display: grid;
  grid-template: 1fr auto / minmax(0, 27rem);
  justify-content: center;
  align-items: center;
  gap: 1.5rem;
  padding: 1.5rem 1rem;
}
h1, p, ol, ul { margin: 0; overflow-wrap: anywhere; }
main {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 1.5rem;
  padding: clamp(1.5rem, 1rem + 2.5vw, 2.25rem);
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: var(--radius);
  box-shadow: var(--shadow);
}
.logo { display: block; width: var(--target); height: var(--target); margin-bottom: 1.25rem; }
.logo .tile { fill: var(--accent); }
.logo .cloud { fill: var(--on-accent); }
.logo .ray { stroke: var(--accent); }
h1 { font-size: 1.75rem; font-weight: 750; line-height: 1.15; letter-spacing: -0.02em; text-wrap: balance; }
.lead { margin-top: 0.375rem; color: var(--muted); text-wrap: pretty; }
form { display: grid; gap: 1.125rem; }
label { display: block; margin-bottom: 0.375rem; font-weight: 600; }
input:not([type='hidden'], [hidden]) {
  display: block;
  width: 100%;
  min-height: var(--target);
  padding: 0 0.875rem;
  font: inherit;
  color: inherit;
  background: var(--sunken);
  border: 1px solid var(--field-line);
  border-radius: var(--radius-small);
}
input[aria-invalid='true'] { border-color: var(--danger); box-shadow: inset 0 0 0 1px var(--danger); }
input[inputmode='numeric'] { font-family: var(--mono); font-size: 1.25rem; letter-spacing: 0.25em; }
.hint { margin-top: 0.5rem; font-size: var(--small); color: var(--muted); }
.hint ul { padding-inline-start: 1.125rem; margin-top: 0.125rem; }
.steps { display: grid; gap: 1.125rem; padding-inline-start: 1.25rem; }
.steps li::marker { color: var(--muted); }
.qr {
  width: min(13rem, 100%);
  margin-top: 0.75rem;
  overflow: hidden;
  background: #fff;
  border: 1px solid var(--line);
  border-radius: var(--radius-small);
}
.qr svg { display: block; }
.key {
  display: block;
  margin-top: 0.5rem;
  padding: 0.625rem 0.875rem;
  background: var(--sunken);
  border: 1px solid var(--line);
  border-radius: var(--radius-small);
  user-select: all;
}
button {
  min-height: var(--target);
  margin-top: 0.375rem;
  padding: 0 1.375rem;
  font: inherit;
  font-weight: 650;
  color: var(--on-accent);
  background: var(--accent);
  border: 1px solid transparent;
  border-radius: var(--radius-small);
  cursor: pointer;
  transition: background-color var(--quick);
}
button.quiet { margin-top: 0; color: var(--ink); background: transparent; border-color: var(--field-line); }
button.quiet:hover { background: var(--sunken); }
button:not(.quiet):hover { background: var(--accent-strong); }
a { color: var(--accent); text-underline-offset: 0.2em; }
.links { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.25rem 1.5rem; }
.links a { padding-block: 0.375rem; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 0.25rem; }
input:focus-visible, button:focus-visible { border-radius: var(--radius-small); }
[role='alert'] {
  padding: 0.75rem 1rem;
  color: var(--danger);
  background: var(--danger-surface);
  border-inline-start: 4px solid currentColor;
  border-radius: 0.25rem var(--radius-small) var(--radius-small) 0.25rem;
}
[role='alert'] ul { padding-inline-start: 1.125rem; }
[role='alert'] a { color: inherit; }
code { font-family: var(--mono); font-size: 0.9em; overflow-wrap: anywhere; }
footer { color: var(--muted); font-size: var(--small); text-align: center; text-wrap: balance; }
`;

/** Style sheet of the login pages; inlined, and allowed by its digest. */
export const PAGE_STYLE = TOKENS + RULES;
