// Package keyring holds the public keys of token issuers: it finds them, keeps
// them fresh and hands them out.
//
// A Ring is one issuer's key set and the one state machine that looks after it.
// Readers take an atomic pointer to an immutable snapshot and never lock. There
// is no long-lived goroutine and nothing to close: a fetch is started by the
// request that needs it, runs on its own context for at most five seconds, and
// is shared by everyone who waits.
//
//   - A set is fresh for the bounded max-age of its answer, else for about ten
//     minutes. After that the next reader starts a refresh in the background
//     while the old keys serve.
//   - An unknown key id waits for one coalesced fetch. Three such fetches may
//     follow each other at once; after that there is a floor between attempts,
//     1 s growing to 30 s while they find nothing new. Inside the floor an
//     unknown key id is refused at once.
//   - A failed fetch never takes keys away. Without an answer the last good
//     keys serve for 24 hours. An empty, foreign or wholly unusable answer is a
//     failed fetch.
//   - A set that was fetched replaces the one before: a key that is gone
//     verifies nothing more, cached tokens included (see Key.Live).
package keyring
