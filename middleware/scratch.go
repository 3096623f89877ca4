package middleware

import (
	"sync"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

// A scratch is memory that is needed only while a token is verified. Pools hand it
// from one request to the next.
//
// Nothing that outlives verifyToken may refer to a scratch, nor to the request. What
// outlives it are the claims.Token, whose strings and lists are in memory of their
// own or parts of the copy that copyRaw makes, and the cached token, which is that
// copy. TestNothingAliasesPools overwrites every scratch and the request to prove it.
type scratch struct {
	reader  jws.Reader
	payload claims.Payload
	largest int // length of the longest token that was read into it
}

var scratches = sync.Pool{New: newScratch}

func newScratch() any { return new(scratch) }

// maxPooled is the length of a token above which its scratch is not used again,
// because the memory for its payload would stay.
const maxPooled = 8 << 10

// grew records that a token of this length was read into s.
func (s *scratch) grew(length int) { s.largest = max(s.largest, length) }

// release gives s back to the pool.
func (s *scratch) release() {
	if s.largest <= maxPooled {
		scratches.Put(s)
	}
}
