export const TOOLS = ['cloudformation', 'local-cloud', 'nx', 'sign-in', 'template-checks'];

// `source` is a condition in the exports of the tools.
const KEPT = new RegExp(`^(${TOOLS.join('|')}|source)\\b`);

/** @type {typeof import('./renamed.d.mts').nameProblem} */
export function nameProblem(name) {
  if (/^[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?$/.test(name) && !name.includes('--')) return undefined;
  return 'Use up to 30 lower-case letters, digits and inner hyphens, starting with a letter: my-shop';
}

/** @type {typeof import('./renamed.d.mts').titleOf} */
export function titleOf(name) {
  return `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('-', ' ')}`;
}

/** @type {typeof import('./renamed.d.mts').renamed} */
export function renamed(text, { name, title }) {
  const className = name.replace(/(?:^|-)([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  return text
    .replace(/(@?)(?<!create-)spa-on-aws(\/?)/g, (match, at, slash, offset) => {
      const rest = text.slice(offset + match.length);
      return at !== '' && slash !== '' && KEPT.test(rest) ? match : `${at}${name}${slash}`;
    })
    .replaceAll('SpaOnAws', className)
    .replaceAll('SPA on AWS', title);
}
