/**
 * The modules of dynalite that this folder imports by path: its front door throws what nobody can catch when a client goes away,
 * and requires its operations by computed paths, which cannot be bundled.
 */
declare module 'dynalite/db/index.js' {
  import type { Store } from 'dynalite';

  const db: { create(options: { readonly createTableMs: number; readonly deleteTableMs: number }): Store };
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

  const action: (store: Store, data: object, done: (error: unknown, answer: object) => void) => void;
  export default action;
}

declare module 'dynalite' {
  /** Tables and their items, in memory. */
  export interface Store {
    /** `awsRegion` and `awsAccountId` stand in the ARNs of tables. */
    readonly tableDb: { awsRegion: string; awsAccountId: string };
  }

  /** How the input of an operation is checked. */
  export interface Operation {
    readonly types: Readonly<Record<string, unknown>>;
    readonly custom?: (data: object, store: Store) => string | undefined;
  }
}
