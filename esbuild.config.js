/** Options of esbuild for every bundle. The comments with licenses of bundled packages stay in it. */
export default {
  // CommonJS packages in the bundle call `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  conditions: ['@spa-on-aws/source', 'module'],
  // ES modules: unused parts of the AWS SDK are left out.
  mainFields: ['module', 'main'],
  // Names stay, for stack traces.
  minifyWhitespace: true,
};
