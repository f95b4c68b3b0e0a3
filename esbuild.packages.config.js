// Options of esbuild for the packages whose bundles are published: they contain packages of others.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cyclonedxEsbuildPlugin } from '@cyclonedx/cyclonedx-esbuild';
import base from './esbuild.config.js';

const SBOM = 'sbom.cdx.json';

/**
 * Moves the texts of the licenses from the SBOM into a file for readers.
 *
 * @type {import('esbuild').Plugin}
 */
const thirdPartyNotices = {
  name: 'third-party-notices',
  setup({ initialOptions: { absWorkingDir = '', outdir = '' }, onEnd }) {
    onEnd(async () => {
      const directory = path.join(absWorkingDir, outdir);
      const sbom = JSON.parse(await readFile(path.join(directory, SBOM), 'utf8'));
      const notices = sbom.components.map(noticeOf).filter(Boolean);
      const text = ['This package contains code of these packages.\n', ...notices].join(
        `\n${'-'.repeat(80)}\n`,
      );
      await writeFile(path.join(directory, 'THIRD-PARTY-NOTICES.txt'), text);
      const withoutTexts = JSON.stringify(sbom, (key, value) => (key === 'evidence' ? undefined : value));
      await writeFile(path.join(directory, SBOM), withoutTexts);
    });
  },
};

/** @param {Record<string, any>} component of the SBOM */
function noticeOf({ group, name, version, author = '', licenses = [], evidence }) {
  if (group === '@spa-on-aws') return undefined;
  const declared = licenses.map(({ license, expression }) => expression ?? license.id ?? license.name);
  const texts = (evidence?.licenses ?? []).map(({ license: { text } }) =>
    Buffer.from(text.content, text.encoding).toString().trim(),
  );
  const title = `${group ? `${group}/` : ''}${name} ${version}: ${declared.join(', ')}`;
  return `${[title, author, ...texts].filter(Boolean).join('\n\n')}\n`;
}

/**
 * Lets CycloneDX find the package that contains it: the SBOMs that it writes name their tool.
 *
 * @type {import('esbuild').Plugin}
 */
const bundledCycloneDx = {
  name: 'bundled-cyclonedx',
  setup({ onLoad }) {
    onLoad({ filter: /cyclonedx-esbuild[\\/]dist[\\/]_helpers\.js$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace('module.path', '__dirname'),
    }));
  },
};

export default {
  ...base,
  legalComments: 'none',
  splitting: true,
  define: { __dirname: 'import.meta.dirname' },
  // The tables of local-cloud are in memory only.
  alias: { level: 'memory-level' },
  plugins: [
    bundledCycloneDx,
    cyclonedxEsbuildPlugin({
      outputFile: SBOM,
      outputReproducible: true,
      gatherLicenseTexts: true,
      validate: false,
      logLevel: 'warn',
    }),
    thirdPartyNotices,
  ],
};
