package attack

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

// How long the API may take while its issuer hangs.
var (
	prompt   = 2 * time.Second  // for a good token of a key that it knows
	patience = 15 * time.Second // for any other
)

// slowCases are about an issuer that hangs, and callers who send made-up key IDs so
// that the API asks it. That must cost nothing to callers with good tokens of keys
// that the API knows, and must not look like an outage of the API.
func slowCases(h *harness) {
	if !h.Slow {
		return
	}
	knownKeyWhileIssuerHangs(h)
	madeUpKeysWhileIssuerHangs(h)
	deadlines(h)
	newKeyWhileAnotherGivesUp(h)
}

func knownKeyWhileIssuerHangs(h *harness) {
	own := h.separate(nil)
	var calm func() *finding // ends what hang began
	hang := func() {
		release := own.issuer.Stall()
		others := own.sendMadeUpKeys(50)
		late := time.AfterFunc(prompt, release)
		calm = func() *finding {
			inTime := late.Stop()
			release()
			others.wait()
			if inTime {
				return nil
			}
			return &finding{
				misbehaved, "the API keeps a good request waiting while its issuer hangs",
				fmt.Sprintf("for %v and longer", prompt),
			}
		}
	}
	token := own.good().compact()
	a := own.raw(served, "slow/known-key", "A good token of a known key, while the issuer hangs and 50 "+
		"requests with made-up key IDs wait for it.", token)
	a.before = func() *finding {
		f := own.expectServed(own.good().compact()) // has the keys fetched
		hang()
		return f
	}
	a.after = func(*response) *finding {
		if calm() == nil {
			return nil
		}
		hang() // the machine may have been busy
		f := own.expectServed(own.good().compact())
		if late := calm(); late != nil {
			return late
		}
		return f
	}
	h.join(own)
}

func madeUpKeysWhileIssuerHangs(h *harness) {
	own := h.separate(nil)
	var release func()
	var others *requests
	var late *time.Timer
	a := own.token(unchecked, "slow/made-up-keys", "A made-up key ID with 100 others, while the issuer hangs: "+
		"they get a response in time, and at most ten say that the API is at fault.",
		own.madeUpKey("made-up"))
	a.before = func() *finding {
		f := own.expectServed(own.good().compact())
		release = own.issuer.Stall()
		others = own.sendMadeUpKeys(100)
		late = time.AfterFunc(patience, release)
		return f
	}
	a.after = func(r *response) *finding {
		all := append(others.wait(), *r)
		inTime := late.Stop()
		release()
		faults := 0
		for _, r := range all {
			if r.panicked != nil {
				return &finding{misbehaved, "the API panics", fmt.Sprint(r.panicked)}
			}
			if r.status >= 500 {
				faults++
			}
		}
		if faults > 10 {
			return &finding{
				misbehaved, "the API responds to made-up key IDs as to an outage, while its keys serve",
				fmt.Sprint(faults, " times"),
			}
		}
		if !inTime {
			return &finding{
				misbehaved, "the API keeps made-up key IDs waiting for as long as its issuer hangs",
				fmt.Sprintf("for %v and longer", patience),
			}
		}
		return nil
	}
	h.join(own)
}

// deadlines are about requests whose time is up before the issuer answers.
func deadlines(h *harness) {
	for name, c := range sorted(map[string]struct {
		tries  string
		others int
	}{
		"deadline": {"A made-up key ID in a request whose time is up before the issuer answers, while " +
			"the API's keys serve: no outage.", 0},
		"deadline-among-others": {"The same, while others wait for the issuer without a deadline.", 5},
	}) {
		own := h.separate(nil)
		var release func()
		var others *requests
		var late *time.Timer
		token := own.madeUpKey("made-up").compact()
		cancel := func() {}
		a := own.add(malformed, "slow/"+name, c.tries, token, func(r *http.Request) {
			var ctx context.Context
			ctx, cancel = context.WithTimeout(r.Context(), 50*time.Millisecond)
			bearing(token)(r)
			*r = *r.WithContext(ctx)
		})
		a.before = func() *finding {
			f := own.expectServed(own.good().compact())
			release = own.issuer.Stall()
			others = own.sendMadeUpKeys(c.others)
			late = time.AfterFunc(patience, release)
			return f
		}
		a.after = func(*response) *finding {
			cancel()
			inTime := late.Stop()
			f := own.expectServed(own.good().compact())
			release()
			others.wait()
			if !inTime {
				return &finding{misbehaved, "the API heeds no deadline of a request", ""}
			}
			return f
		}
		h.join(own)
	}
}

func newKeyWhileAnotherGivesUp(h *harness) {
	own := h.separate(nil)
	var token string
	var others *requests
	a := own.add(served, "slow/new-key-while-another-gives-up", "A good token of a new key, while the issuer "+
		"is slow: the request that had the API ask for keys has given up, and others need them.",
		"", func(r *http.Request) { bearing(token)(r) })
	a.before = func() *finding {
		f := own.expectServed(own.good().compact())
		alg := own.key.alg
		id := own.issuer.AddKey(testutil.Key{Algorithm: alg})
		token = own.goodBy(issuersKey(own.issuer, id, alg), alg).compact()
		own.issuer.Fail(testutil.Fault{Delay: 200 * time.Millisecond})
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		others = own.sendAll(ctx, []string{own.madeUpKey("made-up").compact()})
		others.done = append(others.done, cancel)
		return f
	}
	a.after = func(*response) *finding {
		own.issuer.Recover()
		others.wait()
		return nil
	}
	h.join(own)
}

// madeUpKey returns a forged token with a key ID that the issuer never had.
func (h *harness) madeUpKey(kid string) token {
	forger := h.otherIssuer.KeyID(h.key.alg)
	return h.good().signedBy(issuersKey(h.otherIssuer, forger, h.key.alg), h.key.alg).header("kid", kid)
}

// requests are under way at the same time.
type requests struct {
	group     sync.WaitGroup
	responses []response
	done      []func() // called when all have ended
}

// wait waits for the responses.
func (r *requests) wait() []response {
	r.group.Wait()
	for _, f := range r.done {
		f()
	}
	return r.responses
}

// sendMadeUpKeys sends n requests with made-up key IDs, and returns when the API has
// asked the issuer for keys, or seems not to do so.
func (h *harness) sendMadeUpKeys(n int) *requests {
	var tokens []string
	for i := range n {
		tokens = append(tokens, h.madeUpKey(fmt.Sprint("made-up-", i)).compact())
	}
	return h.sendAll(context.Background(), tokens)
}

// sendAll is sendMadeUpKeys for any tokens.
func (h *harness) sendAll(ctx context.Context, tokens []string) *requests {
	fetches := h.issuer.Fetches()
	all := &requests{responses: make([]response, len(tokens))}
	for i, token := range tokens {
		r := h.request().WithContext(ctx)
		bearing(token)(r)
		all.group.Go(func() {
			w := httptest.NewRecorder()
			panicked := serve(h.api, w, r)
			all.responses[i] = response{status: w.Code, panicked: panicked}
		})
	}
	const pause, asks = time.Millisecond, 500
	for n := 0; len(tokens) > 0 && n < asks && h.issuer.Fetches() == fetches; n++ {
		time.Sleep(pause)
	}
	return all
}
