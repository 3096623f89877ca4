// Package keyring holds the public keys of token issuers: it finds them,
// refreshes them and hands them out.
//
// A [Ring] is the key set of one issuer and the state machine that maintains it.
// Readers load an atomic pointer to an immutable snapshot and never lock. There
// is no long-lived goroutine and nothing to close: the request that needs a
// fetch starts it. The fetch runs on a context of its own for at most five
// seconds, and all requests that wait for it share it.
//
//   - A key set is fresh for the max-age of its response, within bounds, else for
//     about ten minutes. After that the next reader starts a refresh in the
//     background while the old keys serve.
//   - An unknown key ID waits for a fetch. At most three such fetches follow each
//     other at once. After that there is a floor between them, which grows from
//     1 s to 30 s while they find nothing new, and is at most 3 s for a key ID that
//     several requests name. Until the next fetch is allowed, an unknown key ID is
//     rejected at once.
//   - Key IDs that left the set, and those that a fetch did not find, have fetches
//     of their own, and later: they delay no other key ID. Tokens with a bad
//     signature share them, because a key may have been replaced under its name.
//   - What a token says about its key is a hint (see [Ref]). Up to four keys are tried.
//   - The number of requests that wait is bounded. If there are too many, those for
//     key IDs that few requests name give way.
//   - A failed fetch never removes keys. Without a successful fetch the last keys
//     serve for 24 hours. A response without keys, of another issuer or without
//     one usable key is a failed fetch.
//   - A fetched set replaces the one before. A key that is gone verifies nothing
//     from then on, cached tokens included (see [Key.Live]).
//
// [Tenants] holds the rings of the tenants of one issuer template. Tenants without
// keys stand in a queue, which decides whose keys are fetched next and bounds the
// fetches that find none. A register of the API may say which tenants exist.
//
// Packages jwks and fetch read and request the documents. Package fault has the
// words for what went wrong with them.
package keyring
