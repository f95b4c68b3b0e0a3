export const TOOLS = ['cloudformation', 'local-cloud', 'nx', 'sign-in', 'template-checks'];

const TOOL = new RegExp(`^(${TOOLS.join('|')})\\b`);

/** @type {typeof import('./renamed.d.mts').renamed} */
export function renamed(text, { name, title }) {
  const className = name.replace(/(?:^|-)([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  return text
    .replace(/(@?)spa-on-aws(\/?)/g, (match, at, slash, offset) => {
      const rest = text.slice(offset + match.length);
      return at !== '' && slash !== '' && TOOL.test(rest) ? match : `${at}${name}${slash}`;
    })
    .replaceAll('SpaOnAws', className)
    .replaceAll('SPA on AWS', title);
}
