import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** A user pool with one key that serves it, and a token of it that is good for an hour. */
export async function servePool() {
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
  const tokenOf = (sub) =>
    new SignJWT({ client_id: 'bench', token_use: 'access', scope: 'openid greetings/read', version: 2 })
      .setProtectedHeader({ alg: 'RS256', kid: 'bench' })
      .setIssuer(issuer)
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  return {
    environment: { TOKEN_ISSUER: issuer, TOKEN_CLIENT_ID: 'bench', TOKEN_SCOPE: 'greetings/read' },
    tokenOf,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
