package replay

// A Verdict is the answer of [Memory.First]. The zero value admits nothing.
type Verdict int

const (
	// Full means that there is no room to remember the proof, or that its key has used
	// its share. It says nothing about the proof. The caller rejects the request as
	// unavailable (503), because a proof that is not remembered could be replayed.
	Full Verdict = iota

	// Seen means that the proof was used before.
	Seen

	// Fresh means that the proof was not used before and is remembered from now on.
	Fresh
)
