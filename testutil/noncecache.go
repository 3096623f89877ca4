package testutil

import "sync"

// A nonceCache holds the DPoP nonce that each origin gave last. The zero value is
// empty.
type nonceCache struct {
	mu     sync.Mutex
	values map[string]string // by origin
}

// maxOrigins is the number of origins after which a nonceCache starts again.
const maxOrigins = 1024

// get returns the nonce of origin, or "".
func (c *nonceCache) get(origin string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.values[origin]
}

// learn remembers the nonce of origin. fields are the values of the DPoP-Nonce fields
// of a response; several are as good as none.
func (c *nonceCache) learn(origin string, fields []string) {
	if len(fields) != 1 || fields[0] == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.values == nil || len(c.values) >= maxOrigins {
		c.values = make(map[string]string)
	}
	c.values[origin] = fields[0]
}
