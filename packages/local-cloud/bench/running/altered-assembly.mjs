import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Output directory of `nx synth infra`. */
export const ASSEMBLY = path.resolve(import.meta.dirname, '../../../../libs/infra/cdk.out');

/**
 * Reads the template of the assembly's first stack.
 *
 * @returns {Promise<{ file: string, template: any }>} `file` is its name in the assembly
 */
export async function readTemplate() {
  const manifest = JSON.parse(await readFile(path.join(ASSEMBLY, 'manifest.json'), 'utf8'));
  const [stack] = Object.values(manifest.artifacts).filter(({ type }) => type === 'aws:cloudformation:stack');
  const file = stack.properties.templateFile;
  return { file, template: JSON.parse(await readFile(path.join(ASSEMBLY, file), 'utf8')) };
}

/**
 * Copies the assembly with another template of its first stack; the other files are links.
 *
 * @param {any} template
 * @returns {Promise<{ directory: string, remove: () => Promise<void> }>}
 */
export async function assemblyWith(template) {
  const { file } = await readTemplate();
  const directory = await mkdtemp(path.join(tmpdir(), 'assembly-'));
  for (const name of await readdir(ASSEMBLY)) {
    if (name !== file) await symlink(path.join(ASSEMBLY, name), path.join(directory, name));
  }
  await writeFile(path.join(directory, file), JSON.stringify(template));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
