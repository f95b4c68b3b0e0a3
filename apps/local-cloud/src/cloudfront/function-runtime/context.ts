import { type Context, createContext, Script } from 'node:vm';
import { BUILTINS, type FunctionRuntime } from './builtins';
import { makeBuffer } from './context-buffer';
import { makeBytes } from './context-bytes';
import { type ContextStore, makeCloudFront } from './context-cloudfront';
import { installByteStrings, installCall, installDate, installText, prune } from './context-language';
import { makeCrypto, makeQuerystring } from './context-modules';
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

/** What one call of a function is given. */
export interface CallInput {
  readonly runtime: FunctionRuntime;
  readonly store: ContextStore | undefined;
  readonly event: object;
  /** What `event.request.rawQueryString()` gives. */
  readonly rawQuery: string;
}

/**
 * A context for one call, with exactly what the runtime has: no network, files, timers, process, or code from strings
 * (row CFF-JS-02). A script in it starts the call by `__invoke`.
 */
export function createFunctionContext(host: RuntimeHost, input: CallInput): Context {
  const context = createContext(Object.create(null), {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  });
  const isVersion1 = input.runtime === 'cloudfront-js-1.0';
  const bytes = twins.makeBytes(context)();
  const Buffer = twins.makeBuffer(context)(host, bytes);
  const crypto = twins.makeCrypto(context)(host, bytes, isVersion1 ? undefined : Buffer);
  const querystring = twins.makeQuerystring(context)(host);
  const cloudfront = twins.makeCloudFront(context)(
    host,
    bytes,
    Buffer,
    JSON.stringify(input.store ?? null),
    UNSUPPORTED_HELPERS,
  );
  twins.installDate(context)(host.now());
  if (!isVersion1) twins.installText(context)(host, bytes, Buffer);
  twins.prune(context)(builtinsJson[input.runtime]);
  if (isVersion1) twins.installByteStrings(context)(host, bytes);
  const modules = { __proto__: null, crypto, querystring, ...(isVersion1 ? {} : { buffer: { Buffer } }) };
  twins.installCall(context)(host, modules, cloudfront, JSON.stringify(input.event), input.rawQuery);
  return context;
}
