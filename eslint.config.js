import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** The rules every project shares; a project adds its own in its `eslint.config.js`. `.oxlintrc.json` has more. */
export default [
  { ignores: ['**/dist', '**/out-tsc', '**/cdk.out', '**/test-output', '**/tmp'] },
  ...nx.configs['flat/base'],
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.js', '**/*.mjs'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: ['^.*/eslint\\.config\\.js$'],
          banTransitiveDependencies: true,
          depConstraints: [
            // What a team owns may use what it installs, never the other way round.
            { sourceTag: 'scope:tool', onlyDependOnLibsWithTags: ['scope:tool'] },
            { sourceTag: 'scope:starter', onlyDependOnLibsWithTags: ['scope:starter', 'scope:tool'] },
            { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:contract', 'type:lib'] },
            { sourceTag: 'type:infra', onlyDependOnLibsWithTags: ['type:contract', 'type:lib'] },
            { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: ['type:contract', 'type:tool'] },
            { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:lib'] },
            { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:lib'] },
            { sourceTag: 'type:contract', onlyDependOnLibsWithTags: [] },
            { sourceTag: 'platform:web', onlyDependOnLibsWithTags: ['platform:web', 'platform:any'] },
            { sourceTag: 'platform:node', onlyDependOnLibsWithTags: ['platform:node', 'platform:any'] },
            { sourceTag: 'platform:any', onlyDependOnLibsWithTags: ['platform:any'] },
          ],
        },
      ],
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  // The configuration of a development server is not part of the app.
  { files: ['**/vite.config.ts'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  // Their purpose is what they print.
  { files: ['**/bench/**', '**/mutation/**'], rules: { 'no-console': 'off' } },
  prettier,
];
