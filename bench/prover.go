package main

import (
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

// A prover is a client with a token that is bound to its key, and the API that it calls.
type prover struct {
	auth  *middleware.Authenticator
	key   testutil.ProofKey
	token string
	at    time.Time // of all proofs
}

// newProver returns a client with a key of alg. The clock of its API stands still, so that
// proofs that are made beforehand do not age.
func newProver(l *workload, alg string) (*prover, error) {
	p := &prover{key: testutil.ProofKey{Algorithm: alg}, at: time.Now()}
	p.token = l.mintBound(p.key.Confirmation())
	var err error
	p.auth, err = middleware.New(middleware.Config{
		Audiences: []string{l.issuer.Audience()},
		Issuers:   []middleware.Issuer{{URL: l.issuer.URL(), JWKSURL: l.issuer.JWKSURL()}},
		DPoP:      &middleware.DPoP{BaseURLs: []string{"https://api.example.com"}},
		Now: func() time.Time {
			_ = time.Now() // reading the clock is part of the cost
			return p.at
		},
	})
	return p, err
}

// prove returns a new proof for requestWith.
func (p *prover) prove() string {
	return p.key.Sign(testutil.Proof{URL: "https://api.example.com/v1/deals", Token: p.token, At: p.at})
}

// proofs returns n proofs.
func (p *prover) proofs(n int) []string {
	all := make([]string, n)
	onAllCores(n, func(i int) { all[i] = p.prove() })
	return all
}

// proving returns a unit that serves a request with each of proofs once, one after the other.
// It panics unless each request reaches the handler.
func (p *prover) proving(name string, proofs []string) unit {
	next, served := counting()
	h, w, r := httpauth.Require(p.auth)(next), &discard{http.Header{}}, requestWith("DPoP "+p.token)
	field := []string{""}
	r.Header["Dpop"] = field
	return unit{name: name, ours: true, do: func(_, n int) {
		if n > len(proofs) {
			panic("more requests than proofs")
		}
		before := *served
		for _, proof := range proofs[:n] {
			field[0] = proof
			h.ServeHTTP(w, r)
		}
		proofs = proofs[n:]
		if *served-before != n {
			panic(fmt.Sprintf("%s: %d of %d good proofs reached the handler", name, *served-before, n))
		}
	}}
}

// onAllCores calls do with each number below n.
func onAllCores(n int, do func(i int)) {
	var wg sync.WaitGroup
	cores := runtime.GOMAXPROCS(0)
	for core := range cores {
		wg.Go(func() {
			for i := core; i < n; i += cores {
				do(i)
			}
		})
	}
	wg.Wait()
}
