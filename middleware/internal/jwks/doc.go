// Package jwks reads JWK Sets (RFC 7517) strictly.
//
// A fault of the set as a whole rejects it; a fault of one key leaves out that
// key alone and becomes a [Remark]. Three readers share the work:
//
//   - encoding/json finds where each key of a set begins and ends. It does not
//     look inside, so that a duplicate member costs only the key that has it.
//   - strictjson reads the members of a key. This package decides which of them
//     are acceptable: names, types, use, key_ops, sizes, curves.
//   - jwkset makes the public key from them, and keyfunc decides for which
//     algorithms a token may use it.
package jwks
