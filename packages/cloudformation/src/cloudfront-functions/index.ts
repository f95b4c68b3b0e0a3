export { BUILTINS, type Builtins, FUNCTION_RUNTIMES, type FunctionRuntime } from './builtins';
export { type GrammarFault, grammarFaults } from './grammar';
export { type CallOutcome, type FunctionProgram, FunctionSandbox, UNSUPPORTED_HELPERS } from './sandbox';
