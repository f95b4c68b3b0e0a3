import type { Context } from '../context';

interface AnyOption {
  /** What it is for, as a line of help. */
  readonly summary: string;
  /** Its environment twin. */
  readonly variable: string;
}

/** An option with a value. */
export interface TextOption extends AnyOption {
  readonly type: 'string';
  /** Stands for the value in the help text. */
  readonly placeholder: string;
  readonly default?: string;
  /** Says what is wrong with a value, or nothing. */
  readonly problem?: (value: string) => string | undefined;
}

/** An option that is given or not. */
export interface Flag extends AnyOption {
  readonly type: 'boolean';
}

export type Option = TextOption | Flag;

export type Options = Readonly<Record<string, Option>>;

/** What a command line says about a command's options. */
export type ValuesOf<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends Flag
    ? boolean
    : O[Name] extends { readonly default: string }
      ? string
      : string | undefined;
};

/** One command people type. */
export interface Command<O extends Options = Options> {
  /** Its Nx target, and its word on the command line. */
  readonly name: string;
  /** What it does, in a sentence or three. */
  readonly summary: string;
  readonly options: O;
  readonly examples: readonly { readonly command: string; readonly description: string }[];
  /** Says what is wrong with options that are right by themselves. */
  faults?(values: ValuesOf<O>): string[];
  run(values: ValuesOf<O>, context: Context): Promise<void>;
}

/** Infers the values a command gets from its options. */
export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command;
}
