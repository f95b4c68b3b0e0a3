/** Options of esbuild for every bundle. The comments with licenses of bundled packages stay in it. */
export default {
  // CommonJS packages in the bundle call `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  conditions: ['@spa-on-aws/source', 'module'],
};
