import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const ACCOUNT = '123456789012';

/**
 * Answers what the AWS CDK asks of ECR and STS before it pushes an image, and sends it to a registry of this machine.
 *
 * @param {object} registry
 * @param {string} registry.host with its port
 * @param {string} registry.password of the user `AWS`
 * @param {import('./cleanup.mjs').Cleanup} cleanup
 * @returns {Promise<{ url: string, asked: string[] }>} `asked`: the operations in the order in which they were asked
 */
export async function startLoopbackEcr({ host, password }, cleanup) {
  /** @type {string[]} */
  const asked = [];
  /** @type {Readonly<Record<string, (request: any) => object | string>>} */
  const operations = {
    GetCallerIdentity: () =>
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
      `<Arn>arn:aws:iam::${ACCOUNT}:user/nobody</Arn><UserId>nobody</UserId><Account>${ACCOUNT}</Account>` +
      `</GetCallerIdentityResult></GetCallerIdentityResponse>`,
    DescribeRepositories: ({ repositoryNames: [repositoryName] }) => ({
      repositories: [{ repositoryName, repositoryUri: `${host}/${repositoryName}` }],
    }),
    DescribeImages: () => ({ __type: 'ImageNotFoundException', message: 'The image is not there yet.' }),
    GetAuthorizationToken: () => ({
      authorizationData: [
        {
          authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
          proxyEndpoint: `http://${host}`,
          expiresAt: Date.now() / 1000 + 3600,
        },
      ],
    }),
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const target = request.headers['x-amz-target'];
    const operation = String(
      target ? String(target).split('.').at(-1) : new URLSearchParams(body).get('Action'),
    );
    asked.push(operation);
    const answer = operations[operation]?.(target ? JSON.parse(body) : body) ?? {
      __type: 'InvalidAction',
      message: `${operation} is not answered here.`,
    };
    const isXml = typeof answer === 'string';
    response.writeHead('__type' in Object(answer) ? 400 : 200, {
      'content-type': isXml ? 'text/xml' : 'application/x-amz-json-1.1',
    });
    response.end(isXml ? answer : JSON.stringify(answer));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanup.defer(async () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, asked };
}
