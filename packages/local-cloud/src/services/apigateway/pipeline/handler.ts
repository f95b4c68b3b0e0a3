import { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { IamCredentials } from '../../../http/request-signature';
import type { Request, RequestHandler, Response } from '../../../http/message';
import type { Call } from '../model/call';
import { checkDestinations } from '../model/destination';
import type { RestApi } from '../model/rest-api';
import { render } from '../model/variables';
import { ApiKeyUsage } from './api-keys';
import { authorize, type TokenAuthorizer } from './token-authorizer';
import { decodeRequestBody, receiveBody } from './body';
import { CallRejectedError, startCall } from './call';
import { gatewayResponse } from './gateway-response';
import { callHttpIntegration, type IntegrationTargets } from './http-integration';
import { LambdaAuthorizers } from './lambda-authorizer';
import { callFunction, type Functions } from './lambda-integration';
import { respondFromMock } from './mock-integration';
import { callService, type LocalServices } from './service-integration';
import {
  checkProtocolAndHost,
  checkRequestLimits,
  findStageAndRoute,
  validateParameters,
} from './request-checks';
import { validateBody } from './request-body';
import { checkSignature } from './check-signature';
import { checkResourcePolicy } from './resource-policy';
import { type GatewayThrottle, Throttling } from './throttling';

interface RestApiOptions extends IntegrationTargets {
  readonly authorizer: TokenAuthorizer;
  readonly credentials: IamCredentials;
  readonly now: () => number;
  readonly throttle: GatewayThrottle;
  readonly functions: Functions;
  readonly services: LocalServices;
  readonly log: Pick<Logger, 'debug' | 'info'>;
  /** Local values of `Host`, besides the API's own name; all others are rejected (row AG-RT-08). */
  readonly localHosts: ReadonlySet<string>;
}

/** Returns the handler of a REST API (row AG-AU-14). @throws UnsupportedPropertyError InvalidPropertyError */
export function restApiHandler(api: RestApi, options: RestApiOptions): RequestHandler {
  checkDestinations(api, options);
  const { now, log } = options;
  for (const { name, value, isGenerated } of api.usagePlans.flatMap(({ keys }) => keys)) {
    if (isGenerated)
      log.info(`API key ${name} of ${api.name} has no Value in the template; generated: ${value}`);
  }
  const throttling = new Throttling(options.throttle, now);
  const usage = new ApiKeyUsage(now);
  const lambdaAuthorizers = new LambdaAuthorizers(options.functions, now);

  const respond = async (call: Call): Promise<Response> => {
    checkProtocolAndHost(call, options.localHosts);
    checkRequestLimits(call);
    const route = findStageAndRoute(call);
    throttling.count(call);
    await authorize(call, route, options.authorizer);
    await lambdaAuthorizers.authorize(call, route);
    const signed = route.method.requiresSignature ? await receiveBody(call) : undefined;
    await checkSignature(call, route, signed, options);
    checkResourcePolicy(call);
    usage.count(call);
    validateParameters(call, route);
    const body = await decodeRequestBody(call, signed ?? (await receiveBody(call)));
    await validateBody(call, route, body);
    const { integration } = route.method;
    switch (integration.type) {
      case 'mock':
        return respondFromMock(integration, call, body);
      case 'lambda':
        return callFunction(integration, call, body, options.functions);
      case 'http':
        return callHttpIntegration(integration, call, body, options);
      case 'service':
        return callService(integration, call, body, options);
    }
  };

  return async (request) => {
    const call = startCall(api, overrideMethod(request), now());
    const complete = await respond(call).catch((error: unknown) => {
      if (!(error instanceof CallRejectedError)) throw error;
      call.error = error.error;
      return gatewayResponse(error.error, call);
    });
    const response = request.method === 'HEAD' ? withoutBody(complete) : complete;
    const { status, body } = response;
    call.response = { status, length: Buffer.isBuffer(body) ? body.length : 0 };
    writeAccessLog(call, log);
    return response;
  };
}

/** Row AG-RT-09. */
function overrideMethod(request: Request): Request {
  const method = request.headers.get('x-http-method-override')?.toUpperCase();
  if (method === undefined || !/^[A-Z]+$/.test(method) || method === request.method) return request;
  request.trace.add('apigateway', 'method.overridden', { from: request.method, to: method });
  return { ...request, method };
}

function withoutBody(response: Response): Response {
  if (response.body instanceof Readable) response.body.resume();
  return { ...response, body: undefined };
}

function writeAccessLog(call: Call, log: RestApiOptions['log']): void {
  const format = call.stage?.accessLogFormat;
  if (format === undefined) return;
  const line = render(format, call, '-');
  log.debug({}, `access log of ${call.api.name}: ${line}`);
  call.request.trace.add('apigateway', 'access-log.written', { line });
}
