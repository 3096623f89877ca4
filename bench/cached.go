package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoauth"
	"github.com/bearerguard/bearerguard/adapters/ginauth"
	"github.com/bearerguard/bearerguard/adapters/httpauth"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

func init() { gin.SetMode(gin.ReleaseMode) }

// cached measures a cached token through each framework, and compares it with
// the framework alone and with the fastest other library.
func (b *bench) cached(ctx context.Context, l *workload, w io.Writer) error {
	const alg = "RS256"
	c, tokens := l.config(alg), b.distinct[alg]
	one := tokens[:1]
	a, err := middleware.New(middleware.Config{
		Audiences: []string{c.audience},
		Issuers:   []middleware.Issuer{{URL: c.issuer, JWKSURL: c.jwks}},
	})
	if err != nil {
		return err
	}
	var units []unit
	add := func(name string, ours bool, h http.Handler, served *int) {
		u := serving(name, h, served, one)
		u.ours = ours
		units = append(units, u)
	}
	bare, served := counting()
	add("net/http alone", false, bare, served)
	add(cachedNetHTTP, true, httpauth.Require(a)(bare), served)
	add("net/http, with a scope", true, httpauth.Require(a, scopes.Scope("deals-read"))(bare), served)
	{
		e, served := echo.New(), new(int)
		handler := func(echo.Context) error { *served++; return nil }
		e.GET("/v1/deals", handler)
		add("echo alone", false, e, served)
		guarded := echo.New()
		guarded.GET("/v1/deals", handler, echoauth.Require(a))
		add("echo", true, guarded, served)
	}
	{
		g, served := gin.New(), new(int)
		handler := func(*gin.Context) { *served++ }
		g.GET("/v1/deals", handler)
		add("gin alone", false, g, served)
		guarded := gin.New()
		guarded.GET("/v1/deals", ginauth.Require(a), handler)
		add("gin", true, guarded, served)
	}
	many, served := counting()
	units = append(units, serving("net/http, 1,000 tokens in turn", httpauth.Require(a)(many), served,
		tokens[:min(1000, len(tokens))]))
	units[len(units)-1].ours = true
	warm := &units[len(units)-1]
	warm.do(0, min(1000, len(tokens)))
	best := fastestOther(b.figures.NewToken[alg]).Name
	for _, g := range libraries {
		if g.name != best {
			continue
		}
		u, err := guardUnit(ctx, g, c, one)
		if err != nil {
			return err
		}
		units = append(units, u)
	}
	p := b.plan
	p.slice /= 2
	p.rounds *= 2
	all := paired(signatureCheck(alg, c.key, one), units, p)
	b.figures.CachedToken = costs(all)
	fmt.Fprintln(w, "\n| through | ns | × bare RS256 check | half of the rounds | B | allocations |")
	fmt.Fprintln(w, "|---|---:|---:|---|---:|---:|")
	for _, m := range all {
		fmt.Fprintf(w, "| %s | %.0f | %.4f | %s | %.0f | %.0f |\n", bold(m), m.ns, m.ratio.median, m.ratio,
			m.bytes, m.allocs)
	}
	hit, other := find(all, cachedNetHTTP), find(all, best)
	var factors []float64
	for i := range hit.ratios {
		factors = append(factors, other.ratios[i]/hit.ratios[i])
	}
	q := quartilesOf(factors)
	fmt.Fprintf(w, "\nThe fastest other library, %s, takes %.0f times as long (half of the rounds: %.0f–%.0f).\n",
		best, q.median, q.q1, q.q3)
	b.goal("cached hit, × bare RS256 check", hit.ratio.median, .02, hit.ratio.String())
	b.goal("cached hit, allocations", hit.allocs, 3, "")
	b.goal("cached hit, times faster than the fastest other library", q.median, -75,
		fmt.Sprintf("%.0f–%.0f", q.q1, q.q3))
	cost := hit.ns - find(all, "net/http alone").ns
	for _, name := range []string{"echo", "gin"} {
		m, alone := find(all, name), find(all, name+" alone")
		b.goal("cached hit through "+name+", allocations more than net/http", m.allocs-hit.allocs, 1, "")
		b.goal("cached hit through "+name+", ns more than net/http", m.ns-hit.ns, 200,
			fmt.Sprintf("%.0f of them the framework's own", alone.ns))
		fmt.Fprintf(w, "%s: the guard costs %.0f ns beyond the framework alone, in net/http %.0f ns.\n", name,
			m.ns-alone.ns, cost)
	}
	return nil
}

// refusals measures tokens that are rejected before the signature check.
func (b *bench) refusals(_ context.Context, l *workload, w io.Writer) error {
	const alg = "RS256"
	c := l.config(alg)
	a, err := middleware.New(middleware.Config{
		Audiences: []string{c.audience},
		Issuers:   []middleware.Issuer{{URL: c.issuer, JWKSURL: c.jwks}},
	})
	if err != nil {
		return err
	}
	bare, served := counting()
	h := httpauth.Require(a, scopes.Scope("deals-read"))(bare)
	discarded := &discard{http.Header{}}
	good := b.distinct[alg]
	h.ServeHTTP(discarded, requestWith("Bearer "+good[0]))
	if *served != 1 {
		return fmt.Errorf("a good token was rejected")
	}
	unknown := l.issuer.MintHeader(map[string]any{"kid": "unknown"}, claimsOf(1, l.pad))
	for range 50 { // until the guard fetches no more
		h.ServeHTTP(discarded, requestWith("Bearer "+unknown))
	}
	rows := []struct{ name, field string }{
		{"no token", ""},
		{"two spaces and no token68", "Bearer  a b"},
		{"not a JWT", "Bearer " + good[0][:300]},
		{"header is not JSON", "Bearer AAAA" + good[0][4:]},
		{"too long", "Bearer " + string(make16K())},
		{"issuer unknown", "Bearer " + l.issuer.Mint(map[string]any{"iss": "https://id.example.net",
			"note": claimsOf(1, l.pad)["note"]})},
		{"key ID known to be unknown", "Bearer " + unknown},
		{"algorithm not allowed", "Bearer " + l.issuer.Sign([]byte(`{"alg":"HS256","kid":"x"}`),
			[]byte(`{"iss":"`+c.issuer+`"}`), alg)},
	}
	var units []unit
	for _, row := range rows {
		r := requestWith(row.field)
		units = append(units, unit{name: row.name, ours: true, do: func(_, n int) {
			before := *served
			for range n {
				clear(discarded.header)
				h.ServeHTTP(discarded, r)
			}
			if *served != before {
				panic(row.name + ": the request reached the handler")
			}
		}})
	}
	p := b.plan
	p.slice /= 4
	all := paired(signatureCheck(alg, c.key, good), units, p)
	fmt.Fprintln(w, "\n| rejected because | ns | × bare RS256 check | half of the rounds | B | allocations |")
	fmt.Fprintln(w, "|---|---:|---:|---|---:|---:|")
	worst, most := 0.0, 0.0
	for _, m := range all[1:] {
		fmt.Fprintf(w, "| %s | %.0f | %.3f | %s | %.0f | %.0f |\n", m.name, m.ns, m.ratio.median, m.ratio,
			m.bytes, m.allocs)
		worst, most = math.Max(worst, m.ratio.median), math.Max(most, m.allocs)
	}
	b.goal("most expensive rejection before the signature, × bare RS256 check", worst, .09,
		fmt.Sprintf("at most %.0f allocations", most))
	return nil
}

// make16K returns a token that is one byte longer than the limit.
func make16K() []byte {
	long := make([]byte, 16<<10+1)
	for i := range long {
		long[i] = 'a'
	}
	long[100], long[1000] = '.', '.'
	return long
}
