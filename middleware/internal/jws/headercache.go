package jws

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
)

// A HeaderCache holds headers by their segments. A key signs all its tokens under
// the same few headers, so most need to be read only once. The zero HeaderCache is
// empty and ready for use. It is safe for concurrent use and holds at most 256
// headers.
type HeaderCache struct {
	headers atomic.Pointer[map[string]Header]
	mu      sync.Mutex // serializes add
}

const maxHeaders = 256

func (c *HeaderCache) get(segment string) (Header, bool) {
	headers := c.headers.Load()
	if headers == nil {
		return Header{}, false
	}
	h, ok := (*headers)[segment]
	return h, ok
}

// add stores a copy of h. A full cache is emptied first, because the headers of old
// keys are of no use any more.
func (c *HeaderCache) add(segment string, h Header) {
	c.mu.Lock()
	defer c.mu.Unlock()
	headers := map[string]Header{}
	if old := c.headers.Load(); old != nil && len(*old) < maxHeaders {
		maps.Copy(headers, *old)
	}
	h.Algorithm, h.KeyID, h.Type = strings.Clone(h.Algorithm), strings.Clone(h.KeyID), strings.Clone(h.Type)
	headers[strings.Clone(segment)] = h
	c.headers.Store(&headers)
}
