package attack_test

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

// keyStore holds the keys of a guard's issuer. It fetches them again for unknown key
// IDs, once at a time for all requests that wait.
type keyStore struct {
	mu    sync.Mutex
	known map[string]jwk
	fetch chan struct{} // closed at the end of the fetch under way, nil if there is none
}

func (s *keyStore) all() map[string]jwk {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known
}

// refresh fetches the keys again if h names none of them. It waits for a while, and
// not longer than the request has time.
func (g *guard) refresh(ctx context.Context, h claims) *refusal {
	var kid string
	if json.Unmarshal(h["kid"], &kid) != nil || kid == "" {
		return nil
	}
	if _, known := g.keys.all()[kid]; known {
		return nil
	}
	enough := time.After(500 * time.Millisecond)
	if g.lacks("slow: made-up keys wait for as long as the issuer") {
		enough = nil
	}
	select {
	case <-g.fetchAgain(ctx):
	case <-ctx.Done():
		if g.lacks("slow: 503 when the time of a request is up") {
			return &refusal{503, "", ""}
		}
	case <-enough:
		if g.lacks("slow: 503 while the issuer hangs") {
			return &refusal{503, "", ""}
		}
	}
	return nil
}

// fetchAgain begins a fetch unless one is under way, and returns what is closed at its
// end.
func (g *guard) fetchAgain(ctx context.Context) <-chan struct{} {
	s := &g.keys
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetch != nil {
		return s.fetch
	}
	if !g.lacks("slow: a fetch ends with the request that began it") {
		ctx = context.WithoutCancel(ctx)
	}
	ended := make(chan struct{})
	s.fetch = ended
	if g.lacks("slow: known keys wait for the fetch") {
		s.take(fetchKeys(ctx, g.issuer.JWKSURL()))
		close(ended)
		return ended
	}
	go func() {
		defer close(ended)
		keys := fetchKeys(ctx, g.issuer.JWKSURL())
		s.mu.Lock()
		defer s.mu.Unlock()
		s.take(keys)
	}()
	return ended
}

// take ends a fetch. It is called with the lock.
func (s *keyStore) take(keys map[string]jwk) {
	s.fetch = nil
	if len(keys) > 0 {
		s.known = keys
	}
}
