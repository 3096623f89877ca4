package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"

	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// manyIssuers returns n issuers, the first of which is l's, each with a key set of
// keys keys, the last of which is l's.
func manyIssuers(l *workload, n, keys int) ([]middleware.Issuer, error) {
	var own struct{ Keys []map[string]any }
	if err := json.Unmarshal(l.issuer.JWKS(), &own); err != nil {
		return nil, err
	}
	set := make([]map[string]any, 0, keys)
	for i := range keys - 1 {
		// For a lookup, the same key with another ID is as good as another key.
		other := map[string]any{}
		for name, value := range own.Keys[0] {
			other[name] = value
		}
		other["kid"] = fmt.Sprintf("key-%04d", i)
		set = append(set, other)
	}
	set = append(set, own.Keys[0])
	document, err := json.Marshal(map[string]any{"keys": set})
	if err != nil {
		return nil, err
	}
	all := make([]middleware.Issuer, n)
	for i := range all {
		all[i] = middleware.Issuer{URL: fmt.Sprintf("https://id-%d.example.com", i), JWKS: document}
	}
	all[0].URL = l.issuer.URL()
	return all, nil
}

// flat measures whether a large configuration is slower than the smallest one.
func (b *bench) flat(_ context.Context, l *workload, w io.Writer) error {
	const alg = "RS256"
	tokens := b.distinct[alg]
	type size struct {
		name                  string
		issuers, keys, routes int
	}
	sizes := []size{{"1 issuer, 1 key, 1 route", 1, 1, 1}, {"10 issuers", 10, 1, 1},
		{fmt.Sprintf("%d issuers", b.large), b.large, 1, 1}, {"10 keys", 1, 10, 1},
		{fmt.Sprintf("%d keys", b.large), 1, b.large, 1}, {"100 routes", 1, 1, 100}}
	for _, cache := range []int{-1, 0} {
		use := tokens
		if cache >= 0 {
			use = tokens[:1]
		}
		var units []unit
		for _, s := range sizes {
			issuers, err := manyIssuers(l, s.issuers, s.keys)
			if err != nil {
				return err
			}
			a, err := middleware.New(middleware.Config{Audiences: []string{l.issuer.Audience()}, Issuers: issuers,
				CacheTokens: cache})
			if err != nil {
				return err
			}
			bare, served := counting()
			mux := http.NewServeMux()
			for i := range s.routes - 1 {
				mux.Handle(fmt.Sprintf("GET /v1/other-%d", i), httpauth.Require(a, scopes.Scope(fmt.Sprintf("scope-%d",
					i)))(bare))
			}
			mux.Handle("GET /v1/deals", httpauth.Require(a, scopes.Scope("deals-read"))(bare))
			units = append(units, serving(s.name, mux, served, use))
		}
		p := b.plan
		p.rounds *= 2
		what := "new token"
		if cache >= 0 {
			what, p.slice = "cached token", p.slice/2
		}
		all := paired(units[0], units[1:], p)
		fmt.Fprintf(w, "\n| %s | ns | × the smallest | half of the rounds |\n|---|---:|---:|---|\n", what)
		worst := 1.0
		for _, m := range all {
			fmt.Fprintf(w, "| %s | %.0f | %.3f | %s |\n", m.name, m.ns, m.ratio.median, m.ratio)
			worst = math.Max(worst, m.ratio.median)
		}
		b.goal("slowest size of a configuration, "+what+", × the smallest", worst, 1.1, "")
	}
	return nil
}
