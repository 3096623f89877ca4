// A DPoP client of other authors than this library's: oauth4webapi gets a bound token
// and calls APIs with it.
//
//   node dpop-client.mjs ISSUER RESOURCE ALGORITHM URL...
//
// It sends a request again if the response has a nonce that it needs. Each line on
// standard output is a response as JSON, with the number of requests that were sent for
// it: first that of the token endpoint, then that of each URL.
import * as oauth from 'oauth4webapi';

const [issuer, resource, alg, ...urls] = process.argv.slice(2);
const client = { client_id: 'bound-feed' };
const keys = await oauth.generateKeyPair(alg);
const options = {
  [oauth.allowInsecureRequests]: true, // of http on loopback
  DPoP: oauth.DPoP(client, keys),
};

async function withNonce(send) {
  try {
    return { ...await send(), sent: 1 };
  } catch (err) {
    if (!oauth.isDPoPNonceError(err)) throw err;
    return { ...await send(), sent: 2 };
  }
}

function print(line) { console.log(JSON.stringify(line)); }

const found = await oauth.discoveryRequest(new URL(issuer), options);
const server = await oauth.processDiscoveryResponse(new URL(issuer), found);
let token;
print(await withNonce(async () => {
  const auth = oauth.ClientSecretBasic('bound-feed-secret');
  const parameters = { resource, scope: 'deals-read' };
  const response = await oauth.clientCredentialsGrantRequest(server, client, auth, parameters, options);
  const body = await oauth.processClientCredentialsResponse(server, client, response);
  token = body.access_token;
  return { status: response.status, body: body.token_type };
}));
for (const url of urls) {
  print(await withNonce(async () => {
    const response = await oauth.protectedResourceRequest(
      token, 'GET', new URL(url), undefined, undefined, options);
    return { status: response.status, body: await response.text() };
  }));
}
