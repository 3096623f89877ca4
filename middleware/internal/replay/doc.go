// Package replay remembers which DPoP proofs were used, so that each one is accepted
// once (RFC 9449, section 11.1).
//
// A [Memory] serves one process. It stores a proof until the last moment at which the
// proof could be accepted. Replicas that share a store ask it for a [Key] instead.
//
// What it guarantees:
//
//   - No replay. An entry is removed only after its time: a Memory without room answers
//     [Full] and evicts nothing. The same identifier under two keys is no replay.
//   - Limits. The heap that a Memory takes stays within a number of bytes, except for
//     arrays that it has replaced and the garbage collector has not freed yet. An empty one
//     takes about 64 bytes for each of at most 2048 shards. Memory is returned when the
//     entries have expired.
//   - Shares. While a shard is at most half full, any client's key may use it. Above
//     that, one key holds at most a sixteenth of it, so one client does not lock out
//     the others. Only the holders of many keys, each with a valid token, can fill it.
//   - Secrecy. Shards, counters and entries are chosen by hashes under random secrets of
//     the Memory, so a client cannot aim at those of another client.
//   - Speed. A call takes one lock of one shard, allocates only when the shard grows, and
//     starts no goroutine. The work of removing expired entries is amortized.
//
// The table is not a Go map. A map keeps its size when entries are deleted, and its size
// cannot be read, so a limit in bytes could not be exact. At 20,000 proofs a second that
// live 90 s, a live entry takes 79 bytes in maps of Go 1.26 that delete expired entries
// whenever they have grown by half, and 37 in these tables. The benchmark BenchmarkChurn
// compares the two.
package replay
