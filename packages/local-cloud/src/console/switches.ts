import { z } from 'zod';
import type { Controls } from './controls';
import { spellDuration } from '../explain/duration';

const YEAR_MS = 31_557_600_000;
const MAX_OFFSET_MS = 10 * YEAR_MS;
const MAX_DELAY_MS = 120_000;

const OffsetMs = z
  .int('must be a whole number of milliseconds')
  .min(-MAX_OFFSET_MS, 'must be at most ten years')
  .max(MAX_OFFSET_MS, 'must be at most ten years');

/** Body of `PATCH /switches`: what is named changes, the rest stays. */
export const SwitchesPatch = z.strictObject({
  clock: z.strictObject({ offsetMs: OffsetMs }).optional(),
  api: z
    .strictObject({
      mode: z.enum(['normal', 'down', 'failing'], { error: 'must be normal, down or failing' }).optional(),
      delayMs: z
        .int('must be a whole number of milliseconds')
        .min(0, 'must not be negative')
        .max(MAX_DELAY_MS, `must be at most ${MAX_DELAY_MS}`)
        .optional(),
    })
    .optional(),
  throttle: z.strictObject({ forced: z.boolean('must be true or false') }).optional(),
});
export type SwitchesPatch = z.output<typeof SwitchesPatch>;

/** Something that is not as usual, and is so on purpose. */
export interface ActiveSwitch {
  readonly id: 'clock' | 'api' | 'delay' | 'throttle';
  /** In a few words, e.g. for a log line. */
  readonly label: string;
  /** What it does, and what is seen of it. */
  readonly text: string;
  /** The patch that ends it. */
  readonly undo: SwitchesPatch;
}

/** Answer of `GET /switches`. */
export interface SwitchesState {
  readonly clock: { readonly offsetMs: number; readonly now: string };
  readonly api: { readonly mode: 'normal' | 'down' | 'failing'; readonly delayMs: number };
  readonly throttle: { readonly forced: boolean };
  readonly cache: { readonly entries: number; readonly bytes: number };
  readonly active: readonly ActiveSwitch[];
}

/** Where every switch stands. */
export function switchesState(controls: Controls): SwitchesState {
  const { clock, faults, throttle, cache } = controls;
  return {
    clock: { offsetMs: clock.offsetMs, now: new Date(clock.now()).toISOString() },
    api: { mode: faults.mode === 'none' ? 'normal' : faults.mode, delayMs: faults.delayMs },
    throttle: { forced: throttle.forced },
    cache: { entries: cache.size, bytes: cache.bytes },
    active: activeSwitches(controls),
  };
}

/** What is switched on at this moment. */
export function activeSwitches({
  clock,
  faults,
  throttle,
}: Pick<Controls, 'clock' | 'faults' | 'throttle'>): ActiveSwitch[] {
  const active: ActiveSwitch[] = [];
  if (faults.mode === 'down') {
    active.push({
      id: 'api',
      label: 'API down',
      text: 'The API is switched off here: its load balancer finds no healthy container and answers 503.',
      undo: { api: { mode: 'normal' } },
    });
  }
  if (faults.mode === 'failing') {
    active.push({
      id: 'api',
      label: 'API failing',
      text: 'The API fails here on purpose: every call is answered with 500.',
      undo: { api: { mode: 'normal' } },
    });
  }
  if (faults.delayMs > 0) {
    const delay = spellDuration(faults.delayMs);
    active.push({
      id: 'delay',
      label: `API +${delay}`,
      text: `The API is slow here on purpose: every call waits ${delay} first.`,
      undo: { api: { delayMs: 0 } },
    });
  }
  if (throttle.forced) {
    active.push({
      id: 'throttle',
      label: 'throttled',
      text: 'API Gateway is throttling here on purpose: every call is answered with 429.',
      undo: { throttle: { forced: false } },
    });
  }
  if (clock.offsetMs !== 0) {
    const offset = spellDuration(Math.abs(clock.offsetMs));
    const ahead = clock.offsetMs > 0;
    active.push({
      id: 'clock',
      label: `clock ${ahead ? '+' : '−'}${offset}`,
      text: ahead
        ? `The clock of this cloud is ${offset} ahead: tokens and cached files age by it.`
        : `The clock of this cloud is ${offset} behind. The container keeps the machine’s time: an API that checks tokens itself refuses new ones as expired, unless they last longer than that.`,
      undo: { clock: { offsetMs: 0 } },
    });
  }
  return active;
}

/** Sets what the patch names. */
export function applySwitches({ clock, faults, throttle }: Controls, patch: SwitchesPatch): void {
  if (patch.clock) clock.advance(patch.clock.offsetMs - clock.offsetMs);
  if (patch.api?.mode) faults.mode = patch.api.mode === 'normal' ? 'none' : patch.api.mode;
  if (patch.api?.delayMs !== undefined) faults.delayMs = patch.api.delayMs;
  if (patch.throttle) throttle.forced = patch.throttle.forced;
}

/** Something that happens once when it is asked for. */
interface SwitchAction<Input> {
  /** Shape of the request's body. */
  readonly input: z.ZodType<Input>;
  /** @returns what happened, in a sentence */
  run(controls: Controls, input: Input): string | Promise<string>;
}

const action = <Input>(
  input: z.ZodType<Input>,
  run: SwitchAction<Input>['run'],
): { readonly input: z.ZodType; run(controls: Controls, input: unknown): Promise<string> } => ({
  input,
  run: async (controls, given) => run(controls, input.parse(given)),
});

const Nothing = z.strictObject({});

const Path = z.string('must be text').regex(/^\//, 'must start with a slash, and may end with *').optional();

/** What `POST /switches/{action}` does, by action. */
export const SWITCH_ACTIONS = {
  'expire-tokens': action(Nothing, ({ signIn }) => {
    signIn.expireTokens();
    return 'Every token given so far counts as expired.';
  }),
  'revoke-tokens': action(Nothing, ({ signIn }) => {
    signIn.revokeTokens();
    return 'Every session and refresh token given so far is ended.';
  }),
  'rotate-signing-keys': action(Nothing, async ({ signIn }) => {
    await signIn.rotateSigningKeys();
    return 'The user pool signs with new keys.';
  }),
  'advance-clock': action(z.strictObject({ ms: OffsetMs }), ({ clock }, { ms }) => {
    clock.advance(ms);
    return `The clock went ${spellDuration(Math.abs(ms))} ${ms < 0 ? 'back' : 'forward'}.`;
  }),
  'purge-cache': action(z.strictObject({ path: Path }), ({ cache }, { path }) => {
    const count = cache.purge(path);
    return `${count} cached ${count === 1 ? 'response' : 'responses'} went${path === undefined ? '' : ` at ${path}`}.`;
  }),
  'reset-users': action(Nothing, ({ signIn }) => {
    signIn.resetUsers();
    return 'People are as the file of users says: no locks, no changed passwords, no enrolled apps.';
  }),
  reset: action(Nothing, ({ clock, faults, throttle }) => {
    clock.reset();
    faults.reset();
    throttle.forced = false;
    return 'Everything is as usual: clock, API and throttling.';
  }),
} as const;

/** The name of an action. */
export type SwitchActionName = keyof typeof SWITCH_ACTIONS;

/** Whether there is such an action. */
export function isSwitchAction(name: string): name is SwitchActionName {
  return Object.hasOwn(SWITCH_ACTIONS, name);
}
