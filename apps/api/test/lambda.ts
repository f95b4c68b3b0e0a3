import { onTestFinished, vi } from 'vitest';

/** Loads the function with its environment variables, as Lambda does. */
export async function loadFunction(environment: Record<string, string> = {}) {
  onTestFinished(() => {
    vi.unstubAllEnvs();
    vi.resetModules();
  });
  const variables = { TOKEN_VERIFICATION: 'off', LOG_LEVEL: 'silent', ...environment };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const { handler } = await import('../src/lambda');
  return (method: string, path: string, body: string | null = null) =>
    handler(
      {
        resource: '/api/{proxy+}',
        path,
        httpMethod: method,
        headers: { 'Content-Type': 'application/json' },
        multiValueHeaders: { 'Content-Type': ['application/json'] },
        queryStringParameters: { name: 'Ada L.' },
        multiValueQueryStringParameters: { name: ['Ada L.'] },
        pathParameters: { proxy: path.slice('/api/'.length) },
        requestContext: { requestId: '1', path: `/dev${path}`, identity: { sourceIp: '127.0.0.1' } },
        body,
        isBase64Encoded: false,
      },
      {},
    );
}
