// Package jws reads JSON Web Signatures in compact serialization (RFC 7515) and
// verifies their signatures.
//
// A [Reader] splits a message and reads its header, strictly: canonical
// base64url, one JSON object without repeated names, only parameters of the
// expected types, no crit, no b64. What a header may say beyond that (which
// algorithm, which typ) is for the caller to decide. Key material in a header
// (jwk, jku, x5u, x5c) is ignored.
//
// An [Algorithm] verifies a signature. Only the asymmetric algorithms of
// RFC 7518 and RFC 8037 exist here, so neither "none" nor a shared secret can be
// asked for.
//
// # Memory
//
// A Reader uses its memory again. The bytes of a signature that it returned are
// valid until the next call. The strings of a [Message] are parts of the string that
// was given to Read, or, after Clone, of a copy of it; those of its [Header] are
// copies.
package jws
