import { Dependencies, type SynthesizedStack } from '@spa-on-aws/cloudformation';
import type { Road } from './reachability/graph';

/** Something a rule found wrong. */
export interface Finding {
  /** Where in the template, `Resources.Api.Properties.AuthorizationType`. */
  readonly path: string;
  /** What is wrong, value included. */
  readonly problem: string;
  /** What to do about it. */
  readonly remedy: string;
  /** For reachability: the way that was found, hop by hop. */
  readonly road?: Road;
}

/** What a rule looks at. */
export class Subject {
  readonly dependencies: Dependencies;

  constructor(
    readonly stack: SynthesizedStack,
    /** The template that is deployed now, to compare with; absent when there is none to hand. */
    readonly deployed?: SynthesizedStack,
  ) {
    this.dependencies = new Dependencies(stack.template);
  }

  get template() {
    return this.stack.template;
  }
}

/**
 * What a rule yields, one finding after another. It may end with a sentence: for a rule that had nothing to look at,
 * why; for one that proves by example, the example.
 */
export type Findings = Generator<Finding, Remark | undefined>;

/** What a rule says besides its findings. */
export type Remark =
  | { readonly notApplicable: string }
  | { readonly road: Road }
  /** What has to be so outside of the template, and only the account can tell. */
  | { readonly needs: string }
  | { readonly note: string };

/** One thing that must be so, proved on the template alone. */
export interface Rule {
  /** The rows it stands for, then its name: `B2+P25/only-road`. */
  readonly id: string;
  /** Defects of the starting point (B1), pains of its users (P3), observed behaviour of AWS (CF-METH-02). */
  readonly rows: readonly string[];
  readonly group: Group;
  /** What is proved when nothing is found, as a sentence. */
  readonly proves: string;
  check(subject: Subject): Findings;
}

export const GROUPS = ['reachability', 'deployable', 'site', 'sign-in', 'lifecycle'] as const;

/** Rules that are looked at together. */
export type Group = (typeof GROUPS)[number];

/** Makes a rule: its id is its rows and its name, `B2+P25/only-road`. */
export function rule(
  group: Group,
  rows: readonly [string, ...string[]],
  name: string,
  proves: string,
  check: (subject: Subject) => Findings,
): Rule {
  return { id: `${rows.join('+')}/${name}`, rows, group, proves, check };
}
