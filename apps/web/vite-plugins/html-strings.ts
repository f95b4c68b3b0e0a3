import type { Plugin } from 'vite';

/** Groups of strings by name. Values that are not strings cannot be used in HTML. */
export type Strings = Record<string, Record<string, unknown>>;

/** Vite plugin that replaces `{{group.name}}` in index.html with the string of that name. */
export function htmlStrings(strings: Strings): Plugin {
  return {
    name: 'html-strings',
    transformIndexHtml: { order: 'pre', handler: (html) => withStrings(html, strings) },
  };
}

/**
 * Replaces every `{{group.name}}` in `html`.
 *
 * @throws {Error} when there is no such string
 */
export function withStrings(html: string, strings: Strings): string {
  return html.replace(/\{\{(\w+)\.(\w+)\}\}/g, (placeholder, group: string, name: string) => {
    const value = strings[group]?.[name];
    if (typeof value !== 'string') {
      throw new Error(`index.html has ${placeholder}, but src/shared/strings.ts has no such string. Add it.`);
    }
    return value.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  });
}
