import type { Plugin } from 'vite';

/** Named groups of strings; those that are functions have no place in a page. */
export type Strings = Record<string, Record<string, unknown>>;

/** Fills `{{group.name}}` in index.html with the string of that name, so that all strings stay in one file. */
export function htmlStrings(strings: Strings): Plugin {
  return {
    name: 'html-strings',
    transformIndexHtml: { order: 'pre', handler: (html) => withStrings(html, strings) },
  };
}

/**
 * Replaces every `{{group.name}}`.
 *
 * @throws {Error} when there is no such string
 */
export function withStrings(html: string, strings: Strings): string {
  return html.replace(/\{\{(\w+)\.(\w+)\}\}/g, (placeholder, group: string, name: string) => {
    const value = strings[group]?.[name];
    if (typeof value !== 'string') {
      throw new Error(`index.html has ${placeholder}, and src/shared/strings.ts has no such string: add it.`);
    }
    return value.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  });
}
