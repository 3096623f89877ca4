package testutil

import "sync"

// A proofMemory is what a token endpoint has to remember about DPoP proofs: the nonces
// that it gave, and the proofs that it accepted.
type proofMemory struct {
	mu sync.Mutex

	// The nonces in force. current is empty if proofs need none, and previous if
	// there was no other before.
	current, previous string

	// Two generations of accepted proofs. Once recent is full, it replaces older.
	recent, older map[string]bool
}

// maxRemembered is the size of a generation. A proof is accepted a second time only
// after so many others, which no test sends by mistake.
const maxRemembered = 1 << 14

// renewNonce makes a new nonce the current one.
func (m *proofMemory) renewNonce() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.previous, m.current = m.current, randomID()
}

// nonce returns the current nonce.
func (m *proofMemory) nonce() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.current
}

// judgeNonce reports whether the nonce of a proof is in force, and returns the nonce
// to tell the client: none if it has the current one already or needs none.
func (m *proofMemory) judgeNonce(nonce string) (known bool, next string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.current == "" || nonce == m.current {
		return m.current != "", ""
	}
	return nonce != "" && nonce == m.previous, m.current
}

// first reports whether the proof called id was not accepted before, and remembers it.
func (m *proofMemory) first(id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.recent[id] || m.older[id] {
		return false
	}
	if m.recent == nil || len(m.recent) >= maxRemembered {
		m.recent, m.older = make(map[string]bool), m.recent
	}
	m.recent[id] = true
	return true
}
