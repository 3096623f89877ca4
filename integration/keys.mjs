// The key file of the server: generations of private keys, newest first. The
// server signs with the newest and publishes all of them.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

// The keys of a generation. Two signing keys are RSA keys of one size and
// exponent that differ only in their algorithm. A resource server may not use the
// last key, and only its use says so.
const recipe = [
  { use: 'sig', alg: 'RS256', type: 'rsa', options: { modulusLength: 2048 } },
  { use: 'sig', alg: 'PS256', type: 'rsa', options: { modulusLength: 2048 } },
  { use: 'sig', alg: 'ES256', type: 'ec', options: { namedCurve: 'P-256' } },
  { use: 'sig', alg: 'ES384', type: 'ec', options: { namedCurve: 'P-384' } },
  { use: 'sig', alg: 'EdDSA', type: 'ed25519', options: {} },
  { use: 'enc', type: 'rsa', options: { modulusLength: 2048 } },
];

export const algorithms = recipe.filter(({ use }) => use === 'sig').map(({ alg }) => alg);

function generation() {
  return recipe.map(({ use, alg, type, options }) => ({
    ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
    kid: randomUUID(),
    use,
    alg,
  }));
}

// openKeys returns the private JWKS in file, and creates a missing file. rotate
// puts new keys before the present ones; retire drops all except the newest.
export function openKeys(file, { rotate, retire }) {
  const stored = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  let generations = rotate || stored.length === 0 ? [generation(), ...stored] : stored;
  if (retire) generations = generations.slice(0, 1);
  writeFileSync(file, JSON.stringify(generations), { mode: 0o600 });
  return { keys: generations.flat() };
}
