export { BUILTINS, type Builtins, FUNCTION_RUNTIMES, type FunctionRuntime } from './builtins';
export { type GrammarFault, grammarFaults } from './grammar';
export { type FunctionImport, separateImports } from './imports';
