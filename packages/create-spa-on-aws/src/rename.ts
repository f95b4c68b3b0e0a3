import type { Options } from './options';

/** Packages that keep their name: a team installs them. */
const TOOL = /^(cloudformation|local-cloud|nx|sign-in|template-checks)\b/;

/** Gives the product of a file, or of its path, another name. */
export function renamed(text: string, { name, title }: Pick<Options, 'name' | 'title'>): string {
  const className = name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return text
    .replace(/(@?)spa-on-aws(\/?)/g, (match, at: string, slash: string, offset: number) => {
      const rest = text.slice(offset + match.length);
      return at !== '' && slash !== '' && TOOL.test(rest) ? match : `${at}${name}${slash}`;
    })
    .replaceAll('SpaOnAws', className)
    .replaceAll('SPA on AWS', title);
}
