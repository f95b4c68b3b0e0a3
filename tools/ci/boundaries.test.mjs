import path from 'node:path';
import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const eslint = new ESLint({ cwd: ROOT });

/**
 * Lints a file that imports a project.
 *
 * @param {string} file
 * @param {string} imported
 * @returns {Promise<string[]>} messages about the boundary
 */
async function violations(file, imported) {
  const code = `import * as imported from '${imported}';\nexport const used = imported;\n`;
  const [result] = await eslint.lintText(code, { filePath: path.join(ROOT, file) });
  return (result?.messages ?? [])
    .filter(({ ruleId }) => ruleId === '@nx/enforce-module-boundaries')
    .map(({ message }) => message);
}

test.each([
  ['packages/cloudformation/src/errors.ts', '@spa-on-aws/shared-types', 'scope:tool'],
  ['packages/local-cloud/src/errors.ts', '@spa-on-aws/shared-types', 'scope:tool'],
  // The starter depends on these packages, so an import in the other direction is also a cycle.
  ['packages/cloudformation/src/errors.ts', '@spa-on-aws/infra', 'Circular dependency'],
  ['packages/template-checks/src/index.ts', '@spa-on-aws/infra', 'Circular dependency'],
])(
  'lint rejects a package of the tools that imports the starter: %s imports %s',
  async (file, imported, reason) => {
    const [message = ''] = await violations(file, imported);
    expect(message).toContain(reason);
  },
);

test('lint allows the starter to import a package of the tools', async () => {
  expect(await violations('libs/infra/src/main.ts', '@spa-on-aws/cloudformation')).toEqual([]);
});
