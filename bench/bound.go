package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// A boundGuard is a guard that accepts tokens which are bound to a key.
type boundGuard struct {
	auth    *middleware.Authenticator
	handler http.Handler
	served  *int
	l       *workload
}

func newBoundGuard(l *workload) (*boundGuard, error) {
	c := l.config("RS256")
	auth, err := middleware.New(middleware.Config{
		Audiences:    []string{c.audience},
		Issuers:      []middleware.Issuer{{URL: c.issuer, JWKSURL: c.jwks}},
		DPoP:         &middleware.DPoP{BaseURLs: []string{"https://api.example.com"}, MaxAge: 5 * time.Minute},
		Certificates: &middleware.Certificates{},
	})
	if err != nil {
		return nil, err
	}
	handler, served := counting()
	return &boundGuard{auth, httpauth.Require(auth)(handler), served, l}, nil
}

// mint returns a token that is bound as cnf says.
func (g *boundGuard) mint(cnf map[string]any) string {
	claims := claimsOf(0, g.l.pad)
	maps.Copy(claims, map[string]any{"cnf": cnf})
	return g.l.issuer.MintHeader(map[string]any{"alg": "RS256"}, claims)
}

// proofsFor returns n proofs for a token, each of which counts once.
func proofsFor(key *testutil.ProofKey, token string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = key.Proof("GET", "https://api.example.com/v1/deals", token)
	}
	return all
}

// proving returns a unit that serves requests with a cached token, each with a proof of
// its own. It panics unless each request reaches the handler.
func (g *boundGuard) proving(name, token string, proofs []string) unit {
	r := requestWith("DPoP " + token)
	field := []string{""}
	r.Header["Dpop"] = field
	w := &discard{http.Header{}}
	return unit{name: name, ours: true, do: func(i, n int) {
		before := *g.served
		for k := range n {
			field[0] = proofs[i+k]
			g.handler.ServeHTTP(w, r)
		}
		if *g.served-before != n {
			panic(fmt.Sprintf("%s: %d of %d good requests reached the handler", name, *g.served-before, n))
		}
	}}
}

// mostProofs is the number of proofs in a slice of time. It bounds how many are made.
const mostProofs = 150

// bound measures requests whose token is bound to a key.
func (b *bench) bound(_ context.Context, l *workload, w io.Writer) error {
	g, err := newBoundGuard(l)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "\n| cached token, with a proof by | µs | × bare check of the proof | half of the rounds | B | allocations |")
	fmt.Fprintln(w, "|---|---:|---:|---|---:|---:|")
	for _, row := range []struct {
		alg   string
		limit float64
	}{{"ES256", 1.10}, {"EdDSA", 1.15}} {
		key := &testutil.ProofKey{Algorithm: row.alg}
		token := g.mint(key.Confirmation())
		proofs := proofsFor(key, token, 200+(b.plan.rounds+1)*mostProofs)
		base := signatureCheck(row.alg, key.Signer().Public(), proofs)
		u := g.proving("DPoP, "+row.alg, token, proofs)
		u.most = mostProofs
		all := paired(base, []unit{u}, b.plan)
		for _, m := range all {
			fmt.Fprintf(w, "| %s | %.1f | %.3f | %s | %.0f | %.0f |\n", emphasized(m), m.ns/1000, m.ratio.median,
				m.ratio, m.bytes, m.allocs)
		}
		b.goal("DPoP request with a cached token, × bare "+row.alg+" check", all[1].ratio.median, row.limit,
			all[1].ratio.String())
	}
	b.certificates(g, w)
	if err := b.boundScaling(g, w); err != nil {
		return err
	}
	return b.boundMemory(g, w)
}

// emphasized returns the name of m, in bold type if it is ours.
func emphasized(m *measurement) string {
	if m.ours {
		return "**" + m.name + "**"
	}
	return m.name
}

// certificates compares a token that is bound to the certificate of the connection with a
// plain one. Both are cached.
func (b *bench) certificates(g *boundGuard, w io.Writer) {
	certificate := new(testutil.ClientCertificate)
	token := g.mint(certificate.Confirmation())
	plain := serving("plain token", g.handler, g.served, []string{g.l.mint("RS256", 1)})
	r := requestWith("Bearer " + token)
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{certificate.TLS().Leaf}}
	out := &discard{http.Header{}}
	bound := unit{name: "bound to a certificate", ours: true, do: func(_, n int) {
		before := *g.served
		for range n {
			g.handler.ServeHTTP(out, r)
		}
		if *g.served-before != n {
			panic("a request with a certificate did not reach the handler")
		}
	}}
	all := paired(plain, []unit{bound}, b.plan)
	fmt.Fprintln(w, "\n| cached token | ns | × plain token | half of the rounds | B | allocations |")
	fmt.Fprintln(w, "|---|---:|---:|---|---:|---:|")
	for _, m := range all {
		fmt.Fprintf(w, "| %s | %.0f | %.3f | %s | %.0f | %.0f |\n", emphasized(m), m.ns, m.ratio.median, m.ratio,
			m.bytes, m.allocs)
	}
	b.goal("token bound to a certificate, × plain cached token", all[1].ratio.median, 1.3, all[1].ratio.String())
}

// boundScaling compares the requests with proofs that two cores serve with those of one.
func (b *bench) boundScaling(g *boundGuard, w io.Writer) error {
	if runtime.NumCPU() < 2 {
		return nil
	}
	key := &testutil.ProofKey{Algorithm: "EdDSA"}
	token := g.mint(key.Confirmation())
	rounds, n := 2*b.plan.rounds, mostProofs
	proofs := proofsFor(key, token, 100+3*rounds*n)
	empty := httpauth.Require(g.auth)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	run := func(cores int) time.Duration {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		defer debug.SetGCPercent(debug.SetGCPercent(800))
		var all sync.WaitGroup
		start := time.Now()
		for range cores {
			mine := proofs[:n]
			proofs = proofs[n:]
			all.Go(func() {
				r := requestWith("DPoP " + token)
				out := &discard{http.Header{}}
				for _, proof := range mine {
					r.Header["Dpop"] = []string{proof}
					empty.ServeHTTP(out, r)
				}
			})
		}
		all.Wait()
		return time.Since(start) / time.Duration(cores)
	}
	before := g.auth.Stats().AdmittedCached
	var one, two []float64
	for range rounds {
		one, two = append(one, float64(run(1))), append(two, float64(run(2)))
	}
	if admitted := g.auth.Stats().AdmittedCached - before; admitted < uint64(3*rounds*n-1) {
		return fmt.Errorf("%d of %d good requests were admitted", admitted, 3*rounds*n)
	}
	// The shortest times are those without other load on the cores.
	ratio := slices.Min(one) / slices.Min(two)
	fmt.Fprintf(w, "\nTwo cores serve %.2f times the requests of one, with EdDSA proofs.\n", ratio)
	b.goal("2 cores against 1, DPoP", ratio, -1.8, "")
	return nil
}

// boundMemory measures the heap that used proofs take.
func (b *bench) boundMemory(g *boundGuard, w io.Writer) error {
	key := &testutil.ProofKey{Algorithm: "EdDSA"}
	token := g.mint(key.Confirmation())
	known, empty := g.auth.Stats().Proofs, heap()
	r, out := requestWith("DPoP "+token), &discard{http.Header{}}
	for range b.proofs {
		r.Header["Dpop"] = []string{key.Proof("GET", "https://api.example.com/v1/deals", token)}
		g.handler.ServeHTTP(out, r)
	}
	grown, live := float64(heap()-empty), g.auth.Stats().Proofs-known
	if live != b.proofs {
		return fmt.Errorf("%d of %d proofs are remembered", live, b.proofs)
	}
	fmt.Fprintf(w, "\n%d live proofs take %.1f MB, %.0f B each.\n", live, grown/1e6, grown/float64(live))
	b.goal(fmt.Sprintf("MB for %d live proofs", live), grown/1e6, 20, "")
	return nil
}
