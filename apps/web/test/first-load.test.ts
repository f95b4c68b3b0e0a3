import { gzipSync } from 'node:zlib';
import { build, type InlineConfig, type Rolldown } from 'vite';
import { expect, test, vi } from 'vitest';

/** Limits of the first load, gzipped. A larger first load is a warning: set your own limits when you add a library. */
const MAX_SCRIPT_RATIO = 1.1;
const MAX_STYLE_BYTES = 10_000;

/** The libraries that every page needs. */
const LIBRARIES = `
  import { createRoot } from 'react-dom/client';
  import { lazy, StrictMode, Suspense } from 'react';
  import { jsx } from 'react/jsx-runtime';
  import { AuthProvider, useAuth } from 'react-oidc-context';
  import { CognitoUserManager } from '@spa-on-aws/sign-in';
  import { Link, Route, Switch, useLocation, useRoute } from 'wouter';
  globalThis.libraries = [createRoot, lazy, StrictMode, Suspense, jsx, AuthProvider, useAuth, CognitoUserManager,
    Link, Route, Switch, useLocation, useRoute];
`;

test('what index.html loads is compared with its libraries alone, and a warning says why it is large', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  const site = await buildFiles({});
  const libraries = await buildFiles({
    build: { rolldownOptions: { input: 'virtual:libraries' } },
    plugins: [
      {
        name: 'libraries',
        resolveId: (id) => (id === 'virtual:libraries' ? id : undefined),
        load: (id) => (id === 'virtual:libraries' ? LIBRARIES : undefined),
      },
    ],
  });
  const html = site.get('index.html')?.toString() ?? '';
  const loaded = new Map([...site].filter(([name]) => html.includes(`"/${name}"`)));
  const ratio = bytes(loaded, '.js') / bytes(libraries, '.js');
  expect(ratio, 'the site contains its libraries').toBeGreaterThan(1);
  const styles = bytes(loaded, '.css');
  expect(styles, 'the site has styles').toBeGreaterThan(0);
  if (ratio <= MAX_SCRIPT_RATIO && styles <= MAX_STYLE_BYTES) return;
  const files = [...loaded].map(
    ([name, content]) => `${name} ${(gzipSync(content).length / 1000).toFixed(1)} kB`,
  );
  process.emitWarning(
    `The first load has grown: its scripts are ${ratio.toFixed(2)} × their libraries (limit ${MAX_SCRIPT_RATIO}), ` +
      `its styles ${styles} bytes (limit ${MAX_STYLE_BYTES}). It loads ${files.join(', ')}. Load what a page needs ` +
      'with that page (lazy in app/pages.tsx), or raise the limits in test/first-load.test.ts.',
  );
}, 60_000);

/** Builds with the options of vite.config.ts, and returns the contents of the files by their names. */
async function buildFiles({ build: options, ...config }: InlineConfig) {
  const result = await build({ ...config, logLevel: 'silent', build: { ...options, write: false } });
  const { output } = result as Rolldown.RolldownOutput;
  return new Map(output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]));
}

/** Returns the gzipped size of all files with this extension. */
function bytes(files: Map<string, string | Uint8Array>, extension: string): number {
  return [...files]
    .filter(([name]) => name.endsWith(extension))
    .reduce((sum, [, content]) => sum + gzipSync(content).length, 0);
}
