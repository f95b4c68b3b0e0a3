import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** Serves the key of a user pool, and creates tokens that are valid for an hour. */
export async function serveUserPool() {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' };
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const issuer = `http://127.0.0.1:${port}/pool`;
  /** @param {string} sub */
  const createToken = (sub) =>
    new SignJWT({ client_id: 'bench', token_use: 'access', scope: 'openid greetings/read', version: 2 })
      .setProtectedHeader({ alg: 'RS256', kid: 'bench' })
      .setIssuer(issuer)
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  return {
    environment: { TOKEN_ISSUER: issuer, TOKEN_CLIENT_ID: 'bench', TOKEN_SCOPE: 'greetings/read' },
    createToken,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
