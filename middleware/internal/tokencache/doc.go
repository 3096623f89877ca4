// Package tokencache caches the outcome of the verification of a token, so that the
// next request with the same token need not repeat it.
//
// A [Cache] is a table from whole tokens to values, with a limit on the number of
// entries and one on their bytes. What a value means is up to the caller: to store one only after the
// signature was verified, and to check on every hit what may have changed. Caches
// share nothing, so a token that one configuration accepted is unknown to another
// that has a cache of its own.
//
// What it guarantees:
//
//   - Safety. A token finds only what was stored for the same bytes. The hash is
//     seeded at random for each cache and leads to an entry, whose whole token is then
//     compared.
//   - Limits. There are never more entries than the limit, however many goroutines
//     store tokens, and never more bytes on the heap, tables included. An entry takes
//     about 110 bytes in addition to its token and value. One that needs a large part
//     of the limit is not stored.
//   - Expiry. A put first removes the expired entries of its part of the table, so no
//     entry that is still valid is evicted while an expired one stays there.
//   - Speed. A hit takes no lock and allocates nothing. It writes no memory that other
//     cores read, except for the first hits of an entry.
//   - Resistance to floods. Tokens that are used once pass through a tenth of the table
//     (S3-FIFO), in entries and in bytes, so they do not evict those in use.
//
// The file README.md compares it with libraries for the same task.
package tokencache
