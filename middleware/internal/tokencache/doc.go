// Package tokencache remembers what the check of a token found, so that the
// second sight of the same token need not repeat it.
//
// A [Cache] is a table from whole tokens to values with a fixed greatest number
// of entries. It knows nothing of what a value means: that one is stored only
// after the signature held, and what is checked again on every hit, is the
// caller's business. Caches share nothing, so what one configuration stored
// never answers for another that has a cache of its own.
//
// What it promises:
//
//   - Safety. A token finds only what was stored for the same bytes: the hash is
//     seeded at random for each cache and leads to an entry, and the entry's
//     whole token is compared.
//   - A bound. There are never more entries than asked for, whatever comes in
//     however parallel, and an entry costs about 110 bytes beyond its token and
//     its value.
//   - Expiry. A put first drops what has expired in its part of the table, so
//     no live entry goes while a dead one stays there.
//   - Speed. A hit takes no lock, allocates nothing, and writes no memory that
//     another core reads once the entry is known to be in use.
//   - Resistance. Tokens that are seen once pass through a tenth of the room
//     (S3-FIFO), so a flood of them does not push out those in use.
//
// README.md beside this file weighs it against libraries that do the same.
package tokencache
