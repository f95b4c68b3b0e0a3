// Images that break the run contract, each in one way: the check is worth what it finds in them.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @typedef {object} BrokenImage
 * @property {string} fault
 * @property {string} rule that it breaks
 * @property {string} file of the build output to change
 * @property {(text: string) => string} change
 */

/** @type {readonly BrokenImage[]} */
export const BROKEN_IMAGES = [
  {
    fault: 'root as its user',
    rule: 'is not root',
    file: 'Dockerfile',
    change: (text) => text.replace(/^USER .*$/m, 'USER 0:0'),
  },
  {
    fault: 'a health check that fails',
    rule: 'is healthy by its own check',
    file: 'healthcheck.js',
    change: () => 'process.exit(1);',
  },
  {
    fault: 'a file it must write',
    rule: 'takes requests',
    file: 'main.js',
    change: (text) => `(await import('node:fs')).writeFileSync('api.log', '');\n${text}`,
  },
  {
    fault: 'a deaf ear to SIGTERM',
    rule: 'ends with exit code 0',
    file: 'main.js',
    change: (text) =>
      `{ const on = process.on; process.on = (name, ...rest) => name === 'SIGTERM' ? process : on.call(process, name, ...rest); }\n${text}`,
  },
  {
    fault: 'a hasty end',
    rule: 'answers the request in flight when it is stopped',
    file: 'main.js',
    change: (text) => `process.on('SIGTERM', () => process.exit(0));\n${text}`,
  },
];

/**
 * Writes the build context of a broken image.
 *
 * @param {BrokenImage} image
 * @param {string} buildOutput the context of the image that is right
 * @param {string} directory
 */
export async function writeBrokenContext({ file, change, fault }, buildOutput, directory) {
  await cp(buildOutput, directory, { recursive: true });
  const text = await readFile(join(directory, file), 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error(`${file} cannot be given ${fault}: adapt broken-images.mjs to it.`);
  await writeFile(join(directory, file), changed);
}
