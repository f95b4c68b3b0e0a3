import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Cleanup } from './program';

const ACCOUNT = '123456789012';

/**
 * Starts a server for the requests that the AWS CDK sends to STS and ECR before it pushes an image. It directs the push
 * to a registry on this machine.
 *
 * @param registry host with port, and password of the user `AWS`
 * @returns URL for `AWS_ENDPOINT_URL`
 */
export async function startFakeEcr(
  registry: { readonly host: string; readonly password: string },
  cleanup: Cleanup,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = request.headers['x-amz-target'];
    const operation = target ? String(target).split('.').at(-1) : new URLSearchParams(body).get('Action');
    const result = respond(operation ?? '', target ? JSON.parse(body) : {}, registry);
    const isXml = typeof result === 'string';
    response.writeHead('__type' in Object(result) ? 400 : 200, {
      'content-type': isXml ? 'text/xml' : 'application/x-amz-json-1.1',
    });
    response.end(isXml ? result : JSON.stringify(result));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanup.defer(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function respond(
  operation: string,
  input: { readonly repositoryNames?: readonly string[] },
  { host, password }: { readonly host: string; readonly password: string },
): string | object {
  switch (operation) {
    case 'GetCallerIdentity':
      return (
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
        `<Arn>arn:aws:iam::${ACCOUNT}:user/test</Arn><UserId>test</UserId><Account>${ACCOUNT}</Account>` +
        `</GetCallerIdentityResult></GetCallerIdentityResponse>`
      );
    case 'DescribeRepositories': {
      const repositoryName = input.repositoryNames?.[0];
      return { repositories: [{ repositoryName, repositoryUri: `${host}/${repositoryName}` }] };
    }
    case 'DescribeImages':
      return { __type: 'ImageNotFoundException', message: 'The image does not exist.' };
    case 'GetAuthorizationToken':
      return {
        authorizationData: [
          {
            authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
            proxyEndpoint: `http://${host}`,
            expiresAt: Date.now() / 1000 + 3600,
          },
        ],
      };
    default:
      return { __type: 'InvalidAction', message: `${operation} is not supported.` };
  }
}
