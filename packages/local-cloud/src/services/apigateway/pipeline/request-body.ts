import type { ValidateFunction } from 'ajv';
import { CodedError } from '@spa-on-aws/cloudformation';
import type { Call } from '../model/call';
import { GATEWAY_ERRORS } from '../model/gateway-error';
import type { RequestModel } from '../model/request-model';
import type { ApiResource } from '../model/rest-api';
import type { Route } from '../model/routing';
import { reject } from './call';

/** A model whose schema API Gateway refuses. */
class InvalidModelError extends CodedError {
  constructor(model: string, detail: string) {
    super('ERR_MODEL', `${model} (AWS::ApiGateway::Model) Schema: ${detail}.`);
  }
}

/** Validates a body with the model for its media type, or for `$default` (row AG-VA-01). @throws CallRejectedError */
export async function validateBody(call: Call, { method }: Route, body: Buffer | undefined): Promise<void> {
  const contentType = call.request.headers.get('content-type') ?? 'application/json';
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const model = method.bodyModels.get(mediaType) ?? method.bodyModels.get('$default');
  if (!model) return;
  const fault = await faultOf(model, body?.toString() || '{}');
  if (fault === undefined) return;
  call.validationError = `[${fault}]`;
  reject(call, GATEWAY_ERRORS.invalidBody, 'request.body-invalid', { model: model.name, fault });
}

async function faultOf(model: RequestModel, body: string): Promise<string | undefined> {
  const validate = await validatorOf(model);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    return (error as Error).message;
  }
  if (validate(value)) return undefined;
  return (validate.errors ?? [])
    .map(({ instancePath, message = '' }) => `${instancePath || 'the body'} ${message}`)
    .join(', ');
}

/** Compiles the models of all methods below. @throws InvalidModelError */
export async function compileModels({ methods, children }: ApiResource): Promise<void> {
  for (const { bodyModels } of methods) for (const model of bodyModels.values()) await validatorOf(model);
  for (const child of children) await compileModels(child);
}

const VALIDATORS = new WeakMap<RequestModel, Promise<ValidateFunction>>();

function validatorOf(model: RequestModel): Promise<ValidateFunction> {
  const validator = VALIDATORS.get(model) ?? compiled(model);
  VALIDATORS.set(model, validator);
  return validator;
}

/** Compiles a schema as API Gateway does: it ignores unknown keywords, and here formats, too. */
async function compiled({ name, url, models }: RequestModel): Promise<ValidateFunction> {
  // Only APIs with models load the validator.
  const { default: Ajv } = await import('ajv-draft-04');
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
  try {
    for (const model of models) {
      const schema: Record<string, unknown> = { ...model.schema };
      delete schema['$schema'];
      ajv.addSchema(schema, model.url);
    }
    const validate = ajv.getSchema(url);
    if (validate) return validate;
  } catch (error) {
    throw new InvalidModelError(name, (error as Error).message);
  }
  throw new InvalidModelError(name, 'has no schema');
}
