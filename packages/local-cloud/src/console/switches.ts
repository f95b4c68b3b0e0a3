import { z } from 'zod';
import { type Clock, formatDuration } from '../run/clock';
import type { SignInControls } from '../services/cognito/controls';
import type { BackendFaults } from '../services/elasticloadbalancing/pipeline/backend';

/** The part of the cache that the console controls. */
interface CacheControls {
  /** Purges a path, which may end with `*`; without one, everything. @returns the number of purged responses */
  purge(path?: string): number;
  readonly size: number;
  readonly bytes: number;
}

/** Everything that fault injection can change; services implement their part. */
export interface Controls {
  readonly clock: Clock;
  readonly faults: BackendFaults;
  /** While forced, API Gateway throttles every call. */
  readonly throttle: { forced: boolean };
  readonly signIn: Omit<SignInControls, 'expiredBefore'>;
  readonly cache: CacheControls;
}

const YEAR_MS = 31_557_600_000;
const MAX_OFFSET_MS = 10 * YEAR_MS;
const MAX_DELAY_MS = 120_000;

const OffsetMs = z
  .int('must be a whole number of milliseconds')
  .min(-MAX_OFFSET_MS, 'must be at most ten years')
  .max(MAX_OFFSET_MS, 'must be at most ten years');

/** Body of `PATCH /switches`: changes only the given values. */
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

export interface ActiveSwitch {
  readonly id: 'clock' | 'api' | 'delay' | 'throttle';
  /** Short form, e.g. for a log line. */
  readonly label: string;
  readonly text: string;
  readonly undo: SwitchesPatch;
}

export interface SwitchesState {
  readonly clock: { readonly offsetMs: number; readonly now: string };
  readonly api: { readonly mode: 'normal' | 'down' | 'failing'; readonly delayMs: number };
  readonly throttle: { readonly forced: boolean };
  readonly cache: { readonly entries: number; readonly bytes: number };
  readonly active: readonly ActiveSwitch[];
}

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
      text: 'The API is switched off: its load balancer finds no healthy container and answers 503.',
      undo: { api: { mode: 'normal' } },
    });
  }
  if (faults.mode === 'failing') {
    active.push({
      id: 'api',
      label: 'API failing',
      text: 'The API fails on purpose: every call is answered with 500.',
      undo: { api: { mode: 'normal' } },
    });
  }
  if (faults.delayMs > 0) {
    const delay = formatDuration(faults.delayMs);
    active.push({
      id: 'delay',
      label: `API +${delay}`,
      text: `The API is slow on purpose: every call waits ${delay} first.`,
      undo: { api: { delayMs: 0 } },
    });
  }
  if (throttle.forced) {
    active.push({
      id: 'throttle',
      label: 'throttled',
      text: 'API Gateway throttles on purpose: every call is answered with 429.',
      undo: { throttle: { forced: false } },
    });
  }
  if (clock.offsetMs !== 0) {
    const offset = formatDuration(Math.abs(clock.offsetMs));
    const ahead = clock.offsetMs > 0;
    active.push({
      id: 'clock',
      label: `clock ${ahead ? '+' : '−'}${offset}`,
      text: ahead
        ? `The clock of the local cloud is ${offset} ahead: tokens and cached files age accordingly.`
        : `The clock of the local cloud is ${offset} behind. The container uses the system time: an API that verifies tokens itself rejects new ones as expired, unless they live longer than that.`,
      undo: { clock: { offsetMs: 0 } },
    });
  }
  return active;
}

export function applySwitches({ clock, faults, throttle }: Controls, patch: SwitchesPatch): void {
  if (patch.clock) clock.advance(patch.clock.offsetMs - clock.offsetMs);
  if (patch.api?.mode) faults.mode = patch.api.mode === 'normal' ? 'none' : patch.api.mode;
  if (patch.api?.delayMs !== undefined) faults.delayMs = patch.api.delayMs;
  if (patch.throttle) throttle.forced = patch.throttle.forced;
}

/** An action with the schema of its input; `run` returns a message about its effect. */
const action = <Input>(
  input: z.ZodType<Input>,
  run: (controls: Controls, input: Input) => string | Promise<string>,
) => ({
  input: input as z.ZodType,
  run: async (controls: Controls, given: unknown) => run(controls, input.parse(given)),
});

const Nothing = z.strictObject({});

const Path = z.string('must be text').regex(/^\//, 'must start with a slash, and may end with *').optional();

/** Actions of `POST /switches/{action}`. */
export const SWITCH_ACTIONS = {
  'expire-tokens': action(Nothing, ({ signIn }) => {
    signIn.expireTokens();
    return 'All tokens issued so far are treated as expired.';
  }),
  'revoke-tokens': action(Nothing, ({ signIn }) => {
    signIn.revokeTokens();
    return 'All sessions and refresh tokens are revoked.';
  }),
  'rotate-signing-keys': action(Nothing, async ({ signIn }) => {
    await signIn.rotateSigningKeys();
    return 'The user pool signs with new keys.';
  }),
  'advance-clock': action(z.strictObject({ ms: OffsetMs }), ({ clock }, { ms }) => {
    clock.advance(ms);
    return `The clock moved ${formatDuration(Math.abs(ms))} ${ms < 0 ? 'back' : 'forward'}.`;
  }),
  'purge-cache': action(z.strictObject({ path: Path }), ({ cache }, { path }) => {
    const count = cache.purge(path);
    return `${count} cached ${count === 1 ? 'response' : 'responses'} purged${path === undefined ? '' : ` at ${path}`}.`;
  }),
  'reset-users': action(Nothing, ({ signIn }) => {
    signIn.resetUsers();
    return 'Users are as in the users file: no lockouts, password changes or enrolled apps.';
  }),
  reset: action(Nothing, ({ clock, faults, throttle }) => {
    clock.reset();
    faults.reset();
    throttle.forced = false;
    return 'All faults are switched off: clock, API and throttling.';
  }),
} as const;

type SwitchActionName = keyof typeof SWITCH_ACTIONS;

export function isSwitchAction(name: string): name is SwitchActionName {
  return Object.hasOwn(SWITCH_ACTIONS, name);
}
