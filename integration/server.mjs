// An OpenID provider for the integration tests: node-oidc-provider on loopback,
// with one client that gets tokens for itself.
//
//   node server.mjs --keys FILE [--port N] [--rotate] [--retire]
//
// The token request's resource chooses the token: its origin becomes the
// audience, its path is the signature algorithm or /opaque. The first line on
// standard output is the issuer, written when the server is ready. The server
// ends when its standard input does, so that it ends with the test.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { errors, Provider } from 'oidc-provider';
import { algorithms, openKeys } from './keys.mjs';

const { values: flags } = parseArgs({
  options: {
    keys: { type: 'string' },
    port: { type: 'string', default: '0' },
    rotate: { type: 'boolean', default: false },
    retire: { type: 'boolean', default: false },
  },
});
const scope = 'deals-read deals-write';
const lifetime = 3600; // seconds

function resourceServer(ctx, resource) {
  const { origin, pathname } = new URL(resource);
  const token = { scope, audience: origin, accessTokenTTL: lifetime };
  const format = pathname.slice(1);
  if (format === 'opaque') return { ...token, accessTokenFormat: 'opaque' };
  if (!algorithms.includes(format)) throw new errors.InvalidTarget();
  return { ...token, accessTokenFormat: 'jwt', jwt: { sign: { alg: format } } };
}

function provider(issuer) {
  return new Provider(issuer, {
    jwks: openKeys(flags.keys, flags),
    scopes: scope.split(' '),
    clients: [{
      client_id: 'deal-feed',
      client_secret: 'deal-feed-secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      scope,
    }],
    ttl: { ClientCredentials: lifetime },
    // The server does not start with a key that it has no use for. EdDSA is not
    // among its defaults; the encryption key is for encrypted request objects,
    // which no client of these tests sends.
    enabledJWA: {
      idTokenSigningAlgValues: algorithms,
      requestObjectEncryptionAlgValues: ['RSA-OAEP-256'],
    },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      encryption: { enabled: true },
      requestObjects: { enabled: true },
      resourceIndicators: { enabled: true, getResourceServerInfo: resourceServer },
    },
  });
}

// The issuer's URL has the port, so the server listens first.
const server = createServer();
server.listen(Number(flags.port), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const idp = provider(issuer);
  idp.on('server_error', (ctx, err) => console.error(err));
  server.on('request', idp.callback());
  console.log(issuer);
});
process.stdin.on('end', () => process.exit(0)).resume();
