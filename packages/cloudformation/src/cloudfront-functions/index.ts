export {
  BUILTINS,
  type Builtins,
  FUNCTION_RUNTIMES,
  type FunctionRuntime,
  leavesBuiltinsAlone,
} from './builtins';
export { type GrammarFault, grammarFaults } from './grammar';
