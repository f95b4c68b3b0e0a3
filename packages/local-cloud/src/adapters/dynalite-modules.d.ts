/**
 * Modules of dynalite imported by path: its main entry throws errors that cannot be caught when a client disconnects, and
 * requires operations by computed paths, which cannot be bundled.
 */
declare module 'dynalite/db/index.js' {
  import type { Store } from 'dynalite';

  const db: {
    create(options: { readonly createTableMs: number; readonly deleteTableMs: number }): Store;
    /** Returns an error when the condition of a write fails; its actions call it as a property of this object. */
    checkConditional(
      data: { readonly ReturnValuesOnConditionCheckFailure?: string },
      existingItem: object | undefined,
    ): { readonly body: { Item?: object } } | null | undefined;
  };
  export default db;
}

declare module 'dynalite/validations/index.js' {
  import type { Operation, Store } from 'dynalite';

  const validations: {
    checkTypes(data: object, types: Operation['types']): object;
    checkValidations(
      data: object,
      types: Operation['types'],
      custom: Operation['custom'],
      store: Store,
    ): void;
  };
  export default validations;
}

declare module 'dynalite/validations/*' {
  import type { Operation } from 'dynalite';

  const operation: Operation;
  export default operation;
}

declare module 'dynalite/actions/*' {
  import type { Store } from 'dynalite';

  const action: (store: Store, data: object, done: (error: unknown, output: object) => void) => void;
  export default action;
}

declare module 'dynalite' {
  /** Tables and their items, in memory. */
  export interface Store {
    readonly tableDb: { awsRegion: string; awsAccountId: string };
  }

  /** Rules for the input of an operation. */
  export interface Operation {
    readonly types: Readonly<Record<string, unknown>>;
    readonly custom?: (data: object, store: Store) => string | undefined;
  }
}
