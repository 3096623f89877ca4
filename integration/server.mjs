// An OpenID provider for the integration tests: node-oidc-provider on loopback,
// with clients that get tokens for themselves: deal-feed, bound-feed, whose tokens
// are bound to its key by DPoP, and certified-feed, whose tokens are bound to its
// client certificate.
//
//   node server.mjs --keys FILE [--port N] [--rotate] [--retire] [--tls FILE]
//
// The token request's resource chooses the token: its origin becomes the
// audience, its path is the signature algorithm or /opaque. The last line on
// standard output is the issuer, written when the server is ready. With --tls the
// server also listens with the key and certificate in that PEM file, and asks for
// client certificates: the line before is that URL. The server ends when its
// standard input does, so that it ends with the test.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTLSServer } from 'node:https';
import { parseArgs } from 'node:util';
import { errors, Provider } from 'oidc-provider';
import { algorithms, openKeys } from './keys.mjs';

const { values: flags } = parseArgs({
  options: {
    keys: { type: 'string' },
    port: { type: 'string', default: '0' },
    rotate: { type: 'boolean', default: false },
    retire: { type: 'boolean', default: false },
    tls: { type: 'string' },
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

function client(id, more) {
  return {
    client_id: id,
    client_secret: `${id}-secret`,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope,
    ...more,
  };
}

function provider(issuer) {
  return new Provider(issuer, {
    jwks: openKeys(flags.keys, flags),
    scopes: scope.split(' '),
    clients: [
      client('deal-feed'),
      client('bound-feed', { dpop_bound_access_tokens: true }),
      client('certified-feed', { tls_client_certificate_bound_access_tokens: true }),
    ],
    ttl: { ClientCredentials: lifetime },
    // The server does not start with a key that it has no use for. EdDSA is not
    // among its defaults; the encryption key is for encrypted request objects,
    // which no client of these tests sends.
    enabledJWA: {
      dPoPSigningAlgValues: ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'],
      idTokenSigningAlgValues: algorithms,
      requestObjectEncryptionAlgValues: ['RSA-OAEP-256'],
    },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      encryption: { enabled: true },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        getCertificate: (ctx) => ctx.socket.getPeerX509Certificate?.()?.toString(),
      },
      requestObjects: { enabled: true },
      resourceIndicators: { enabled: true, getResourceServerInfo: resourceServer },
    },
  });
}

function listen(server, port) {
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve(`127.0.0.1:${server.address().port}`));
  });
}

process.stdin.on('end', () => process.exit(0)).resume();
// The issuer's URL has the port, so the server listens first.
const server = createServer();
const issuer = `http://${await listen(server, Number(flags.port))}`;
const idp = provider(issuer);
idp.on('server_error', (ctx, err) => console.error(err));
server.on('request', idp.callback());
if (flags.tls) {
  const pem = readFileSync(flags.tls);
  // The certificates of clients are self-signed.
  const options = { key: pem, cert: pem, requestCert: true, rejectUnauthorized: false };
  console.log(`https://${await listen(createTLSServer(options, idp.callback()), 0)}`);
}
console.log(issuer);
