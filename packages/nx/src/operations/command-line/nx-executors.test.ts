import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../commands';
import { EXECUTORS, nxExecutorFiles } from './nx-executors';

const directory = join(import.meta.dirname, '../../..', EXECUTORS);

test.each(Object.entries(nxExecutorFiles(COMMANDS)))(
  'executors/%s says about the commands what the commands say (vitest -u writes it)',
  async (name, content) => {
    await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(join(directory, name));
  },
);

test('what stands for several commands stands for the same in all of them', () => {
  const all = COMMANDS.flatMap(({ options }) => Object.entries(options));
  for (const [name, option] of all) {
    expect(all.filter(([other]) => other === name).map(([, one]) => one)).toEqual(
      expect.arrayContaining([option]),
    );
    expect(new Set(all.filter(([other]) => other === name).map(([, one]) => one.variable)).size).toBe(1);
  }
});
