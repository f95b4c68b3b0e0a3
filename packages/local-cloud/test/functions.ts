import type { CallFunction, FunctionCall, FunctionOutcome } from '../src/services/lambda/pipeline/invoke';

/** ARN of the function that a test's integration or authorizer calls. */
export const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:000000000000:function:f';

/** Returns the URI by which API Gateway calls a function. */
export const invocationUri = (arn = FUNCTION_ARN): string =>
  `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${arn}/invocations`;

/** A call that a fake function received. */
export interface ReceivedCall extends FunctionCall {
  readonly event: Record<string, unknown>;
}

/** Returns a fake function, and the calls that it receives. A result is what a handler returns; an error what it throws. */
export function fakeFunction(
  respond: (event: Record<string, unknown>) => unknown,
  arn = FUNCTION_ARN,
): { readonly functions: ReadonlyMap<string, CallFunction>; readonly calls: ReceivedCall[] } {
  const calls: ReceivedCall[] = [];
  const run: CallFunction = async (call): Promise<FunctionOutcome> => {
    const event = JSON.parse(call.payload) as Record<string, unknown>;
    calls.push({ ...call, event });
    try {
      const result = respond(event);
      if (call.isAsynchronous) return { kind: 'result', payload: '' };
      return { kind: 'result', payload: JSON.stringify((await result) ?? null) };
    } catch (error) {
      if (!(error instanceof Error)) return error as FunctionOutcome;
      const { name: errorType, message: errorMessage } = error;
      return { kind: 'function-error', payload: JSON.stringify({ errorType, errorMessage }) };
    }
  };
  return { functions: new Map([[arn, run]]), calls };
}
