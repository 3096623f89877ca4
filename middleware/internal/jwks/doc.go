// Package jwks reads JWK Sets (RFC 7517), and keys in PEM (RFC 7468): strictly in what
// decides, tolerantly in what does not.
//
// What decides is which key it is, and that it may verify signatures. What does not is
// how a serializer writes a member that the key does not have, or a number, and what
// else stands in the document.
//
// A fault of the set as a whole rejects it; a fault of one key leaves out that
// key alone and becomes a [Remark]. Four readers share the work:
//
//   - encoding/json finds where each key of a set begins and ends. It does not
//     look inside, so that a duplicate member costs only the key that has it.
//   - strictjson reads the members of a key. This package decides which of them
//     are acceptable: names, types, use, key_ops, sizes, curves.
//   - crypto/x509 reads certificates and keys in PEM, which then become members.
//   - jwkset makes the public key from them, and keyfunc decides for which
//     algorithms a token may use it.
//
// [ParseProofKey] reads the key that a client sends in a DPoP proof, with all rules strict.
package jwks
