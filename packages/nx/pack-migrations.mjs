// Writes migrations.json with the version of this package: each version changes the starter. npm runs it when it packs the
// package.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param {string} file */
const inPackage = (file) => join(import.meta.dirname, file);
const { version, peerDependencies } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8'));

const migrations = {
  generators: {
    starter: {
      version,
      description: 'Merges the changes of this version into the files of the starter.',
      implementation: '../src/generators/starter-migration.mjs',
    },
  },
  // Nx adds its own migrations up to this version.
  packageJsonUpdates: {
    nx: { version, packages: { nx: { version: peerDependencies['@nx/devkit'] } } },
  },
};
mkdirSync(inPackage('dist'), { recursive: true });
writeFileSync(inPackage('dist/migrations.json'), `${JSON.stringify(migrations, null, 2)}\n`);
