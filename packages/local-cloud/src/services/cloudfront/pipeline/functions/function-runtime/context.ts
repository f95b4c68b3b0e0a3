import { type Context, createContext, Script } from 'node:vm';
import { BUILTINS, type FunctionRuntime } from '@spa-on-aws/cloudformation';
import { makeBuffer } from './context-buffer';
import { makeBytes } from './context-bytes';
import { type ContextStore, makeCloudFront } from './context-cloudfront';
import {
  type Begin,
  installByteStrings,
  installCall,
  installDate,
  installText,
  prune,
} from './context-language';
import { makeCrypto, makeModules, makeQuerystring } from './context-modules';
import { makeSeal } from './context-seal';
import type { RuntimeHost } from './host';

/** Helpers of the `cloudfront` module that change where a request goes, which the local cloud does not do. */
export const UNSUPPORTED_HELPERS = [
  'updateRequestOrigin',
  'selectRequestOriginById',
  'createRequestOriginGroup',
] as const;

/** A function of this program as a script that gives its twin inside a context. */
function inContext<Twin>(twin: Twin & ((...values: never[]) => unknown)): (context: Context) => Twin {
  const script = new Script(`'use strict'; (${twin.toString()})`, { filename: `cloudfront:${twin.name}` });
  return (context) => script.runInContext(context) as Twin;
}

const twins = {
  makeBytes: inContext(makeBytes),
  makeBuffer: inContext(makeBuffer),
  makeCrypto: inContext(makeCrypto),
  makeQuerystring: inContext(makeQuerystring),
  makeModules: inContext(makeModules),
  makeSeal: inContext(makeSeal),
  makeCloudFront: inContext(makeCloudFront),
  installDate: inContext(installDate),
  installText: inContext(installText),
  installByteStrings: inContext(installByteStrings),
  installCall: inContext(installCall),
  prune: inContext(prune),
};

const builtinsJson = {
  'cloudfront-js-1.0': JSON.stringify(BUILTINS['cloudfront-js-1.0']),
  'cloudfront-js-2.0': JSON.stringify(BUILTINS['cloudfront-js-2.0']),
} satisfies Record<FunctionRuntime, string>;

/** What a context is made for. */
export interface ContextPurpose {
  readonly runtime: FunctionRuntime;
  readonly store: ContextStore | undefined;
  /** Whether it serves more than one call: see {@link makeSeal}. */
  readonly isLasting: boolean;
}

/** A context in which a script starts a call by `__invoke`. */
export interface FunctionContext {
  readonly context: Context;
  /** To be called before each script. */
  readonly begin: Begin;
  /** Whether another call finds it as the first did; never when it was made for one. */
  readonly isIntact: () => boolean;
}

/**
 * A context with exactly what the runtime has: no network, files, timers, process, or code from strings (row
 * CFF-JS-02).
 */
export function createFunctionContext(
  host: RuntimeHost,
  { runtime, store, isLasting }: ContextPurpose,
): FunctionContext {
  const context = createContext(Object.create(null), {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  });
  const isVersion1 = runtime === 'cloudfront-js-1.0';
  const bytes = twins.makeBytes(context)();
  const Buffer = twins.makeBuffer(context)(host, bytes);
  const crypto = twins.makeCrypto(context)(host, bytes, isVersion1 ? undefined : Buffer);
  const querystring = twins.makeQuerystring(context)(host);
  const cloudfront = twins.makeCloudFront(context)(
    host,
    bytes,
    Buffer,
    JSON.stringify(store ?? null),
    UNSUPPORTED_HELPERS,
  );
  const modules = twins.makeModules(context)(crypto, querystring, isVersion1 ? undefined : Buffer);
  twins.installDate(context)(host);
  if (!isVersion1) twins.installText(context)(host, bytes, Buffer);
  if (isVersion1) twins.installByteStrings(context)(host, bytes);
  const begin = twins.installCall(context)(host, modules, cloudfront);
  const seal = twins.makeSeal(context)();
  twins.prune(context)(builtinsJson[runtime]);
  return { context, begin, isIntact: isLasting ? seal(modules, cloudfront, bytes) : () => false };
}
