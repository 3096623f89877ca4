// Package redisstore remembers used DPoP proofs in Redis or Valkey, so that the replicas
// of an API accept each proof only once between them (RFC 9449, section 11.1).
//
// [Replays] has the method that the DPoP configuration of package middleware asks of its
// store of replays. This package imports nothing of bearerguard: the interface consists
// of one method with types of the standard library.
//
// A proof counts as new only if the server said so. If the server cannot be reached, is
// too slow or refuses the command, the answer is an error, and the API must reject the
// request as unavailable.
//
// The file README.md says how the server must be configured.
package redisstore
