import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import root from '../../eslint.config.js';

const upward = 'Imports go one way: app → features → shared.';
const sideways =
  'A feature must not import another feature. Move shared code to shared/, and code that combines features to app/.';

/** Root rules, React hooks, accessibility, and the import direction app → features → shared. */
export default [
  ...root,
  { ...reactHooks.configs.flat.recommended, files: ['**/*.tsx', '**/*.ts'] },
  { ...jsxA11y.flatConfigs.recommended, files: ['**/*.tsx'] },
  {
    files: ['src/features/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['**/app/**'], message: upward },
            { regex: '^\\.\\./[^.]', message: sideways },
          ],
        },
      ],
    },
  },
  {
    files: ['src/shared/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['**/app/**', '**/features/**'], message: upward }] },
      ],
    },
  },
];
