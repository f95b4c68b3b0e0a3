import { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { type Response, jsonResponse, queryResponse, ServiceError, toXml } from './response';
import { FakeCloudFormation } from './cloudformation';
import { FakeCognito } from './cognito';
import { FakeS3 } from './s3';

const ACCOUNT = '123456789012';

/**
 * Fake of the AWS APIs that executors call, at one URL (`AWS_ENDPOINT_URL`), for the real SDK and the real CDK.
 *
 * Every request is allowed and succeeds, unless a test adds a failure.
 */
export class FakeAws {
  readonly s3 = new FakeS3();
  readonly cognito = new FakeCognito();
  readonly cloudFormation = new FakeCloudFormation(
    (url) => {
      const [bucket = '', ...key] = new URL(url).pathname.slice(1).split('/');
      return this.s3.objects(bucket).get(key.join('/'))?.body.toString() ?? '';
    },
    (stack) => ({
      SiteUrl: `https://${stack.name}.cloudfront.example`,
      UserPoolId: 'eu-central-1_AbCdEfGhI',
      ApiEndpoint: `https://${stack.name}.execute-api.example/dev`,
    }),
    this.s3,
  );
  /** SSM parameters; the account is bootstrapped. */
  readonly parameters = new Map([['/cdk-bootstrap/hnb659fds/version', '21']]);
  /** Values of the other SSM parameters, the oldest first. */
  readonly parameterHistory = new Map<string, string[]>();
  /** Logs role of API Gateway in this region. */
  apiGatewayLogsRole: string | undefined = `arn:aws:iam::${ACCOUNT}:role/logs`;
  /** Managed policies by role name. */
  readonly roles = new Map<string, string[]>();
  /** The account has used ECS before. */
  hasEcsRole = true;
  /** Zone ids by name. */
  zones: Readonly<Record<string, string>> = { 'eu-central-1a': 'euc1-az2', 'eu-central-1b': 'euc1-az3' };
  /** Images that were deleted: `repository:tag`. */
  readonly deletedImages = new Set<string>();
  /** Products of the price list, by service: JSON texts. */
  readonly products = new Map<string, readonly string[]>();
  /** Number of requests that fail because API Gateway does not see a new role yet. */
  roleUnseen = 0;
  /** Invalidations of CloudFront. */
  readonly invalidations: { readonly distribution: string; readonly paths: string[] }[] = [];
  /** Operations in order: `cloudformation.DescribeStacks`. */
  readonly calls: string[] = [];
  /** Failures by operation. */
  readonly failures = new Map<string, ServiceError>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#respond(request).then(({ status, headers, body }) => {
        response.writeHead(status, { ...headers });
        response.end(request.method === 'HEAD' ? undefined : body);
      });
    });
  }

  static async start(): Promise<FakeAws> {
    const aws = new FakeAws();
    await new Promise<void>((resolve) => aws.#server.listen(0, '127.0.0.1', resolve));
    return aws;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Environment variables of a user of this account. */
  get env(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-central-1',
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #respond(request: IncomingMessage): Promise<Response> {
    const body = await buffer(request);
    const service = serviceOf(request);
    try {
      return this.#route(service, request, body);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return errorResponse(service, error);
    }
  }

  #route(service: string, request: IncomingMessage, body: Buffer): Response {
    const url = new URL(request.url ?? '/', this.url);
    const target = String(request.headers['x-amz-target'] ?? '');
    if (target) {
      const operation = target.split('.').at(-1) ?? '';
      this.#record(service, operation);
      const input = JSON.parse(body.toString() || '{}') as Record<string, unknown>;
      if (service === 'cognito-idp') return this.cognito.respond(operation, input);
      if (service === 'ssm') return this.#parameter(operation, input);
      if (service === 'ecr') return this.#image(operation, input);
      if (service === 'pricing') return this.#products(input);
    } else if (service === 's3') {
      this.#record(service, `${request.method} ${url.pathname}`);
      return this.s3.respond(request.method ?? '', url, request.headers as Record<string, string>, body);
    } else if (service === 'cloudfront') {
      this.#record(service, `${request.method} ${url.pathname}`);
      return this.#invalidation(request.method ?? '', url, body.toString());
    } else if (service === 'apigateway') {
      this.#record(service, `${request.method} ${url.pathname}`);
      return this.#account(request.method ?? '', body.toString());
    } else {
      const form = new URLSearchParams(body.toString());
      const operation = form.get('Action') ?? '';
      this.#record(service, operation);
      if (service === 'cloudformation') return this.cloudFormation.respond(operation, form);
      if (service === 'iam') return this.#role(operation, form);
      if (operation === 'DescribeAvailabilityZones') return this.#zones();
      if (operation === 'GetCallerIdentity') {
        return queryResponse(operation, {
          Account: ACCOUNT,
          Arn: `arn:aws:iam::${ACCOUNT}:user/ada`,
          UserId: 'AIDA',
        });
      }
      if (operation === 'AssumeRole') throw new ServiceError('AccessDenied', 'no roles in this account', 403);
    }
    throw new ServiceError('NotImplemented', `the fake has no ${service} ${request.method} ${url}`, 501);
  }

  #record(service: string, operation: string): void {
    const call = `${service}.${operation}`;
    this.calls.push(call);
    const failure = this.failures.get(call);
    if (failure) throw failure;
  }

  #parameter(operation: string, input: Readonly<Record<string, unknown>>): Response {
    const name = String(input['Name']);
    if (operation === 'PutParameter') {
      const value = String(input['Value']);
      const history = this.parameterHistory.get(name) ?? [];
      if (/[{}]{2}/.test(value) || value.length > 4096)
        throw new ServiceError(
          'ValidationException',
          'Parameter value is too long, or can nest another parameter',
        );
      this.parameterHistory.set(name, [...history, value]);
      return jsonResponse({ Version: history.length + 1, Tier: 'Standard' });
    }
    const history = this.parameterHistory.get(name);
    if (operation === 'GetParameterHistory' && history) {
      // One version a page, so that pagination is tested.
      const index = Number(input['NextToken'] ?? 0);
      return jsonResponse({
        Parameters: history.slice(index, index + 1).map((Value) => ({
          Name: name,
          Type: 'String',
          Version: index + 1,
          LastModifiedDate: Date.parse('2026-11-01T10:00:00Z') / 1000 + index * 60,
          LastModifiedUser: `arn:aws:iam::${ACCOUNT}:user/ada`,
          Value,
        })),
        NextToken: index + 1 < history.length ? String(index + 1) : undefined,
      });
    }
    if (operation === 'DeleteParameter' && this.parameterHistory.delete(name)) return jsonResponse({});
    const value = this.parameters.get(name);
    if (operation !== 'GetParameter' || value === undefined)
      throw new ServiceError('ParameterNotFound', `${name} is not there`);
    return jsonResponse({ Parameter: { Name: name, Type: 'String', Value: value } });
  }

  #account(method: string, body: string): Response {
    if (method === 'PATCH') {
      const { patchOperations } = JSON.parse(body) as { patchOperations: { path: string; value: string }[] };
      const [{ path = '', value = '' } = {}] = patchOperations;
      if (
        path !== '/cloudwatchRoleArn' ||
        !this.roles.has(value.split('/').at(-1) ?? '') ||
        this.roleUnseen > 0
      ) {
        this.roleUnseen -= 1;
        throw new ServiceError('BadRequestException', 'The role ARN does not have required permissions');
      }
      this.apiGatewayLogsRole = value;
    }
    return jsonResponse({ cloudwatchRoleArn: this.apiGatewayLogsRole });
  }

  #role(operation: string, form: URLSearchParams): Response {
    const name = form.get('RoleName') ?? '';
    const role = { RoleName: name, Arn: `arn:aws:iam::${ACCOUNT}:role/${name}` };
    switch (operation) {
      case 'GetRole':
        if (name !== 'AWSServiceRoleForECS' || !this.hasEcsRole)
          throw new ServiceError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
        return queryResponse(operation, { Role: role });
      case 'CreateServiceLinkedRole':
        if (this.hasEcsRole)
          throw new ServiceError(
            'InvalidInput',
            'Service role name AWSServiceRoleForECS has been taken in this account, please try a different suffix.',
          );
        this.hasEcsRole = true;
        return queryResponse(operation, { Role: { RoleName: 'AWSServiceRoleForECS' } });
      case 'CreateRole':
        if (this.roles.has(name))
          throw new ServiceError('EntityAlreadyExists', `Role ${name} already exists`, 409);
        this.roles.set(name, []);
        return queryResponse(operation, { Role: role });
      case 'AttachRolePolicy':
        this.roles.get(name)?.push(form.get('PolicyArn') ?? '');
        return queryResponse(operation, {});
      default:
        throw new ServiceError('InvalidAction', `fake IAM has no ${operation}`);
    }
  }

  /** One product a page, so that pagination is tested. */
  #products(input: Readonly<Record<string, unknown>>): Response {
    const filters = input['Filters'] as { Field: string; Value: string }[];
    const found = (this.products.get(String(input['ServiceCode'])) ?? []).filter((text) => {
      const { productFamily, attributes } = (
        JSON.parse(text) as { product: { productFamily: string; attributes: Record<string, string> } }
      ).product;
      return filters.every(({ Field, Value }) => ({ productFamily, ...attributes })[Field] === Value);
    });
    const index = Number(input['NextToken'] ?? 0);
    return jsonResponse({
      FormatVersion: 'aws_v1',
      PriceList: found.slice(index, index + 1),
      NextToken: index + 1 < found.length ? String(index + 1) : undefined,
    });
  }

  #zones(): Response {
    const item = Object.entries(this.zones).map(([zoneName, zoneId]) => ({ zoneName, zoneId }));
    return {
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: toXml({ DescribeAvailabilityZonesResponse: { availabilityZoneInfo: { item } } }),
    };
  }

  /** Every image exists already, unless a test deletes it: the fake has no registry. */
  #image(operation: string, input: Readonly<Record<string, unknown>>): Response {
    if (operation === 'DescribeRepositories') {
      return jsonResponse({
        repositories: [{ repositoryUri: `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/assets` }],
      });
    }
    const [{ imageTag = '' } = {}] = (input['imageIds'] as { imageTag?: string }[] | undefined) ?? [];
    const repository = String(input['repositoryName']);
    if (this.deletedImages.has(`${repository}:${imageTag}`))
      throw new ServiceError(
        'ImageNotFoundException',
        `The image with imageId {imageDigest:'null', imageTag:'${imageTag}'} does not exist within the repository with name '${repository}' in the registry with id '${ACCOUNT}'`,
      );
    return jsonResponse({ imageDetails: [{ imageDigest: 'sha256:1', imageTags: [imageTag] }] });
  }

  #invalidation(method: string, url: URL, body: string): Response {
    const [, distribution = ''] = /distribution\/([^/]+)\/invalidation/.exec(url.pathname) ?? [];
    const paths = [...body.matchAll(/<Path>(.*?)<\/Path>/g)].map(([, path = '']) => path);
    if (method === 'POST') this.invalidations.push({ distribution, paths });
    return {
      status: method === 'POST' ? 201 : 200,
      headers: { 'content-type': 'text/xml' },
      body: toXml({ Invalidation: { Id: 'I1', Status: 'Completed', CreateTime: '2026-11-01T10:00:00Z' } }),
    };
  }
}

/** Returns the service in the signature of a request. */
function serviceOf({ headers }: IncomingMessage): string {
  return /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'unsigned';
}

function errorResponse(service: string, { code, message, status }: ServiceError): Response {
  if (['cognito-idp', 'ssm', 'ecr', 'apigateway', 'pricing'].includes(service)) {
    return {
      status,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ __type: code, message }),
    };
  }
  const error = { Code: code, Message: message };
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body:
      service === 's3'
        ? toXml({ Error: error })
        : toXml({ ErrorResponse: { Error: error, RequestId: 'test' } }),
  };
}
