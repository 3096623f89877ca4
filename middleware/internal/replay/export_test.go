package replay

import "reflect"

// Capacity returns how many entries fit if every shard is full.
func (m *Memory) Capacity() int { return len(m.shards) * m.limits.full }

// Place returns the shard and the tag of a proof.
func (m *Memory) Place(key [32]byte, id string) (int, [16]byte) { return m.place(&key, id) }

// Shards returns the number of shards.
func (m *Memory) Shards() int { return len(m.shards) }

// OneShard is a number of bytes for which there is one shard of the usual size.
const OneShard = memoryBytes + 2*shardBytes + countBytes + shardSlots*slotBytes + page

// What the counting of bytes assumes, and what it stands for.
var (
	Allocated = allocated
	Fitting   = fitting
	Sizes     = map[string][2]int{
		"slot":   {slotBytes, int(reflect.TypeFor[slot]().Size())},
		"shard":  {shardBytes, int(reflect.TypeFor[shard]().Size())},
		"counts": {countBytes, int(reflect.TypeFor[counts]().Size())},
	}
	MemorySize = [2]int{memoryBytes, int(reflect.TypeFor[Memory]().Size())}
)
