/**
 * Replaces the generated sections of a document. A section is between `<!-- generated: {name} -->` and `<!-- end -->`.
 *
 * @throws {Error} when the document and the given sections do not match
 */
export function withSections(document: string, sections: Readonly<Record<string, string>>): string {
  const names = [...document.matchAll(/<!-- generated: ([\w-]+) -->/g)].map(([, name = '']) => name);
  const missing = Object.keys(sections).filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`the document has no section ${missing.join(', ')}`);
  return document.replaceAll(/<!-- generated: ([\w-]+) -->[^]*?<!-- end -->/g, (_, name: string) => {
    const content = sections[name];
    if (content === undefined) throw new Error(`section ${name} has no content`);
    return `<!-- generated: ${name} -->\n\n${content}\n\n<!-- end -->`;
  });
}
