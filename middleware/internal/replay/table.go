package replay

import "encoding/binary"

// slotBytes is the size of a slot.
const slotBytes = 20

// A tag stands for a proof. Its first two bytes are the counters of the client's key,
// one in each row, so that the entries of each key can be counted. The other 14 are
// part of a SHA-256 that covers a secret, the key and the identifier.
type tag [16]byte

// A slot holds one entry of a table.
type slot struct {
	tag     tag
	expires uint32 // the last second of the entry's life; 0 if the slot is free
}

// A table is a hash table with linear probing. At least one slot is free. An entry is
// in the first slot from its home on that was free, so a search ends at a free slot.
type table []slot

// room returns how many entries a table of n slots takes. With more than four fifths of
// the slots in use, searches would become long: at this load, one for an absent tag
// reads 13 slots on average, and at seven eighths 32.
func room(n int) int { return n - (n+4)/5 }

// find returns the index of the slot that holds g. If there is none, it returns that
// of the free slot where g belongs. The table must not be empty.
func (t table) find(g *tag) int {
	i := t.home(g)
	for t[i].expires != 0 && t[i].tag != *g {
		if i++; i == len(t) {
			i = 0
		}
	}
	return i
}

// home returns the index where the search for g begins: a 32-bit fraction of the table.
func (t table) home(g *tag) int {
	return int(uint64(binary.LittleEndian.Uint32(g[2:])) * uint64(len(t)) >> 32)
}

// free returns the index of a free slot.
func (t table) free() int {
	i := 0
	for t[i].expires != 0 {
		i++
	}
	return i
}
