import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import root from '../../eslint.config.js';

/** Root rules, and those for React in the console. */
export default [
  ...root,
  { ...reactHooks.configs.flat.recommended, files: ['console/src/**'] },
  { ...jsxA11y.flatConfigs.recommended, files: ['console/src/**/*.tsx'] },
];
