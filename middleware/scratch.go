package middleware

import (
	"sync"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

// A scratch is memory that is needed only while a token is verified.
type scratch struct {
	reader  jws.Reader
	payload claims.Payload
	size    int // of the largest token that was read into it
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// release gives s back, unless a large payload has made it large.
func (s *scratch) release() {
	if s.size <= maxPooled {
		scratches.Put(s)
	}
}

const maxPooled = 8 << 10
