package testutil_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

func TestStartRefuses(t *testing.T) {
	for _, tc := range []struct {
		name    string
		options testutil.Options
		want    string
	}{
		{"system", testutil.Options{System: "auth0"}, `unknown System "auth0"`},
		{"variant", testutil.Options{System: "ipreo", Variant: "v1"}, `no Variant "v1"`},
		{"variant without system", testutil.Options{Variant: "v1"}, `no Variant "v1"`},
		{"all addresses", testutil.Options{Addr: ":0"}, "not a loopback address"},
		{"all addresses, spelled out", testutil.Options{Addr: "0.0.0.0:0"}, "not a loopback address"},
		{"IPv6", testutil.Options{Addr: "[::]:0"}, "not a loopback address"},
		{"host", testutil.Options{Addr: "example.com:0"}, "not a loopback address"},
		{"no port", testutil.Options{Addr: "127.0.0.1"}, "Addr"},
		{"path", testutil.Options{Path: "realms"}, "Path"},
		{"pattern in path", testutil.Options{Path: "/{x}"}, "Path"},
		{"path with dots", testutil.Options{Path: "/a/../b"}, "Path"},
		{"path with two slashes", testutil.Options{Path: "/a//b"}, "Path"},
		{"path of two slashes", testutil.Options{Path: "//"}, "Path"},
		{"tenant", testutil.Options{System: "c4t", Tenant: "common"}, "Tenant"},
		{"lifetime", testutil.Options{Lifetime: time.Millisecond}, "Lifetime"},
		{"algorithm", testutil.Options{Keys: []string{"RS256", "HS256"}}, `"HS256"`},
		{"none", testutil.Options{Keys: []string{"none"}}, `"none"`},
		{"client without secret", testutil.Options{Clients: []testutil.Client{{ID: "a"}}}, `client "a"`},
		{"system that requires proofs", testutil.Options{System: "ipreo", RequireNonce: true}, "RequireNonce"},
		{"client of a system that requires proofs",
			testutil.Options{System: "ipreo", Clients: []testutil.Client{{ID: "a", Secret: "b", RequireDPoP: true}}},
			`client "a"`},
		{"client twice", testutil.Options{Clients: []testutil.Client{{ID: "a", Secret: "b"},
			{ID: "a", Secret: "c"}}}, `client "a"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i, err := testutil.Start(tc.options)
			if err == nil {
				i.Close()
				t.Fatal("started")
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%v, want %s", err, tc.want)
			}
		})
	}
	i := testutil.NewIssuer(t, testutil.Options{})
	addr := strings.TrimPrefix(i.URL(), "http://")
	if other, err := testutil.Start(testutil.Options{Addr: addr}); err == nil {
		other.Close()
		t.Error("two servers on one address")
	}
}

func TestAddr(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	i := testutil.NewIssuer(t, testutil.Options{Addr: addr})
	if i.URL() != "http://"+addr {
		t.Errorf("URL %s, want address %s", i.URL(), addr)
	}
	get(t, i.JWKSURL())
}

// fakeTB notes what NewIssuer does with it.
type fakeTB struct {
	failed   string
	cleanups []func()
}

func (f *fakeTB) Helper()                           {}
func (f *fakeTB) Fatalf(format string, args ...any) { f.failed = fmt.Sprintf(format, args...) }
func (f *fakeTB) Cleanup(c func())                  { f.cleanups = append(f.cleanups, c) }

func TestNewIssuer(t *testing.T) {
	var tb fakeTB
	if i := testutil.NewIssuer(&tb, testutil.Options{System: "x"}); i != nil ||
		!strings.Contains(tb.failed, "unknown System") {
		t.Errorf("%v, failed %q", i, tb.failed)
	}
	tb = fakeTB{}
	i := testutil.NewIssuer(&tb, testutil.Options{})
	if i == nil || tb.failed != "" || len(tb.cleanups) != 1 {
		t.Fatalf("failed %q, %d cleanups", tb.failed, len(tb.cleanups))
	}
	get(t, i.JWKSURL())
	tb.cleanups[0]()
	if _, err := http.Get(i.JWKSURL()); err == nil {
		t.Error("still open after the test")
	}
	if i.Mint(nil) == "" {
		t.Error("no tokens after Close")
	}
}

// Everything at once, for the race detector.
func TestConcurrency(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{Keys: []string{"ES256"}, RequireNonce: true})
	key := new(testutil.ProofKey)
	var wg sync.WaitGroup
	for _, f := range []func(){
		func() { i.Mint(nil) },
		func() { i.Rotate() },
		func() { i.RotateAndDrop() },
		func() { get(t, i.JWKSURL()) },
		func() { get(t, i.MetadataURL()) },
		func() { post(t, i, "grant_type=client_credentials", basic("demo-client", "demo-secret")) },
		func() { i.AddKey(testutil.Key{Algorithm: "EdDSA"}) },
		func() { i.Advance(time.Second); i.Now() },
		func() { i.Fail(testutil.Fault{Path: "/x"}); i.Recover(); i.Fetches() },
		func() { i.Stall()() },
		func() { i.KeyID("ES256"); i.JWKS() },
		func() { i.RotateNonce(); i.Nonce() },
		func() { post(t, i, demo, withProofs(key.Proof("POST", i.TokenURL(), ""))) },
	} {
		wg.Go(func() {
			for range 10 {
				f()
			}
		})
	}
	wg.Wait()
}
