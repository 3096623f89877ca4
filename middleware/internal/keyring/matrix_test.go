package keyring_test

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

var update = flag.Bool("update", false, "write docs/keys.md")

// faultCase is a way in which an issuer fails. Either answer or set is set.
type faultCase struct {
	name   string
	answer func(*http.Request) (*http.Response, error) // instead of all responses
	set    func(m *cast) string                        // instead of the key set
	path   string                                      // what answer is limited to
	good   bool                                        // the keys can be fetched in spite of it
	warm   bool                                        // the keys can be fetched if discovery is done
	leaks  bool                                        // the set is one key whose private members are published
}

// cast holds the signers of a cell of the matrix.
type cast struct {
	known, fresh, stranger, leaked *signer
	published                      []*signer
}

func (m *cast) keys() []map[string]any {
	var keys []map[string]any
	for _, s := range m.published {
		keys = append(keys, s.jwk(nil))
	}
	return keys
}

func status(code int, header ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		response := respond(r, code, "trouble")
		for i := 0; i < len(header); i += 2 {
			response.Header.Set(header[i], header[i+1])
		}
		return response, nil
	}
}

func network(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func body(text string) func(*cast) string { return func(*cast) string { return text } }

var faultCases = []faultCase{
	{name: "connection refused",
		answer: network(&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)})},
	{name: "DNS failure",
		answer: network(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving",
			IsTemporary: true}})},
	{name: "hang", answer: hang},
	{name: "slow drip", answer: func(r *http.Request) (*http.Response, error) {
		response := respond(r, 200, "")
		response.Body, response.ContentLength = nopCloser{drip{r.Context()}}, -1
		return response, nil
	}},
	{name: "500", answer: status(500)},
	{name: "404", answer: status(404)},
	{name: "429 with Retry-After: 20", answer: status(429, "Retry-After", "20")},
	{name: "redirect", answer: status(302, "Location", "https://elsewhere.test/")},
	{name: "HTML", answer: func(r *http.Request) (*http.Response,
		error) {
		return respond(r, 200, "<!doctype html><p>Sorry"), nil
	}},
	{name: "truncated JSON", set: func(m *cast) string { s := keySet(m.keys()...); return s[:len(s)-9] }},
	{name: "empty object", answer: func(r *http.Request) (*http.Response,
		error) {
		return respond(r, 200, "{}"), nil
	}},
	{name: "empty keys", set: body(`{"keys":[]}`)},
	{name: "10 MB", answer: func(r *http.Request) (*http.Response, error) {
		response := respond(r, 200, "")
		response.Body, response.ContentLength = spaces(10_000_000), -1
		return response, nil
	}},
	{name: "100,000 keys", set: body(`{"keys":[` + strings.Repeat("{},", 99_999) + `{}]}`)},
	{name: "wrong issuer in discovery", path: "/realm/.well-known/openid-configuration", warm: true,
		answer: func(r *http.Request) (*http.Response, error) {
			return respond(r, 200, `{"issuer":"https://other.test","jwks_uri":"https://issuer.test/realm/keys"}`), nil
		}},
	{name: "duplicate kid", good: true, set: func(m *cast) string {
		x, y := coordinates(ecKey())
		keys := []map[string]any{{"kty": "EC", "crv": "P-256", "kid": m.published[0].kid, "x": b64(x), "y": b64(y)}}
		return keySet(append(keys, m.keys()...)...)
	}},
	{name: "one broken key among good ones", good: true, set: func(m *cast) string {
		return keySet(append(m.keys(), map[string]any{"kty": "RSA", "kid": "broken", "n": "AQAB"})...)
	}},
	{name: "only oct keys",
		set: body(`{"keys":[{"kty":"oct","kid":"known","k":"c2VjcmV0"},{"kty":"oct","kid":"fresh","k":"c2VjcmV0"}]}`)},
	{name: "only keys with private parts", leaks: true,
		set: func(m *cast) string { return keySet(m.leaked.jwk(map[string]any{"d": "AAAA"})) }},
	{name: "TLS failure", answer: network(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}})},
}

type nopCloser struct{ drip }

func (nopCloser) Close() error { return nil }

const (
	faultTime = time.Minute
	afterTime = 30 * time.Second
	tick      = 251 * time.Millisecond // meets no timer of the ring's
)

var (
	moments  = []string{"before start", "after warm-up", "at soft expiry", "during rotation"}
	arrivals = []string{"known kid", "new good kid", "unknown kid", "no kid"}
)

// outcome is what a cell of the matrix shows.
type outcome struct {
	wrong    int           // good requests rejected although their key was known, or could be fetched
	hostile  int           // hostile requests accepted
	fetches  int           // HTTP requests in the minute of the fault
	longest  time.Duration // that any request waited
	recovery time.Duration // from the end of the fault to the first good request that was accepted
}

// cell runs one cell: a minute of the fault and half a minute after it, with a
// good and a hostile request four times a second.
func cell(t *testing.T, c faultCase, moment, arrival string) outcome {
	m := &cast{known: newSigner("known"), fresh: newSigner("fresh"), stranger: newSigner("x"),
		leaked: newSigner("leaked")}
	m.published = []*signer{m.known}
	issuer := newIssuer(m.known)
	r := ring(t, issuer)
	isKnown := map[*signer]bool{}
	if moment != "before start" {
		warm(t, r)
		isKnown[m.known] = true
		time.Sleep(map[string]time.Duration{"after warm-up": time.Second,
			"at soft expiry": 9*time.Minute + 30*time.Second, "during rotation": 5 * time.Minute}[moment])
	}
	if arrival == "new good kid" || moment == "during rotation" {
		m.published = append(m.published, m.fresh)
	}
	if arrival == "no kid" && moment == "during rotation" {
		m.published = []*signer{m.fresh} // without key IDs a rotation has no overlap
	}
	during := faultTime
	issuer.change(func() {
		issuer.set, issuer.fault, issuer.only = keySet(m.keys()...), c.answer, c.path
		if c.set != nil {
			issuer.set = c.set(m)
		}
	})
	before := issuer.requests()
	good := c.good || c.warm && moment != "before start"

	o := outcome{recovery: -1}
	var mu sync.Mutex
	start := time.Now()
	send := func(s *signer, kid string, hostile bool) {
		at := time.Now()
		mu.Lock()
		wasKnown := isKnown[s] || good
		mu.Unlock()
		over := at.Sub(start) >= during
		ok, _ := s.admitted(t.Context(), r, kid)
		mu.Lock()
		defer mu.Unlock()
		o.longest = max(o.longest, time.Since(at))
		switch {
		case hostile && ok:
			o.hostile++
		case hostile:
		case ok:
			isKnown[s] = true
			if over && o.recovery < 0 {
				o.recovery = time.Since(start) - during
			}
		case wasKnown:
			o.wrong++
		}
	}
	for n := 0; time.Since(start) < during+afterTime; n++ {
		over := time.Since(start) >= during
		if over && issuer.isFaulty() {
			o.fetches = issuer.requests() - before
			issuer.change(func() {
				if moment == "during rotation" {
					m.published = []*signer{m.fresh} // the rotation ends
				}
				issuer.set, issuer.fault, issuer.only = keySet(m.keys()...), nil, "healed"
			})
		}
		for _, shot := range m.shots(c, moment, arrival, n, over) {
			go send(shot.signer, shot.kid, shot.hostile)
			synctest.Wait()
		}
		time.Sleep(tick)
	}
	time.Sleep(10 * time.Second)
	synctest.Wait()
	return o
}

// isFaulty reports whether the issuer has not been healed yet.
func (i *fakeIssuer) isFaulty() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.only != "healed"
}

// shot is one request of a cell.
type shot struct {
	signer  *signer
	kid     string
	hostile bool
}

// shots are the requests of one tick. With an unknown key ID comes a good token,
// to see what becomes of it.
func (m *cast) shots(c faultCase, moment, arrival string, n int, over bool) []shot {
	current := m.known
	if moment == "during rotation" && (over || arrival == "no kid") {
		current = m.fresh
	}
	var shots []shot
	if c.leaks && moment != "before start" {
		// After a cold start there is only the set of leaked keys, and it serves.
		shots = append(shots, shot{m.leaked, m.leaked.kid, true})
	}
	switch arrival {
	case "known kid":
		return append(shots, shot{m.stranger, current.kid, true}, shot{current, current.kid, false})
	case "new good kid":
		return append(shots, shot{m.stranger, m.fresh.kid, true}, shot{m.fresh, m.fresh.kid, false})
	case "unknown kid":
		return append(shots, shot{m.stranger, fmt.Sprint("made up ", n), true}, shot{current, current.kid, false})
	}
	return append(shots, shot{m.stranger, "", true}, shot{current, "", false})
}

// TestFaultMatrix runs all cells, checks the bounds that hold for each, and
// compares the table with the one in docs/keys.md.
func TestFaultMatrix(t *testing.T) {
	results := map[string]outcome{}
	for _, c := range faultCases {
		for _, moment := range moments {
			for _, arrival := range arrivals {
				name := c.name + "/" + moment + "/" + arrival
				t.Run(name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						o := cell(t, c, moment, arrival)
						results[name] = o
						if o.wrong != 0 {
							t.Errorf("%d good requests wrongly rejected", o.wrong)
						}
						if o.hostile != 0 {
							t.Errorf("%d hostile requests accepted", o.hostile)
						}
						if o.fetches > 60 {
							t.Errorf("%d fetches in a minute", o.fetches)
						}
						if o.longest > 5*time.Second {
							t.Errorf("a request waited %v", o.longest)
						}
						if o.recovery < 0 || o.recovery > 15*time.Second {
							t.Errorf("recovered after %v", o.recovery)
						}
					})
				})
			}
		}
	}
	if (t.Failed() && !*update) || len(results) != len(faultCases)*len(moments)*len(arrivals) {
		return // filtered by -run, or not worth documenting
	}
	compareTable(t, results)
}
