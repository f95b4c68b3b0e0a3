import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import root from '../../eslint.config.js';

const upward = 'Imports go app → features → shared, never back.';
const sideways =
  'A feature does not know another one: what both need belongs to shared, what joins them to app.';

/** The shared rules, React's own, accessibility, and the direction imports may take. */
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
