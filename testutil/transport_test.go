package testutil_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

// The whole way: nonce of the token endpoint, token, nonce of the API, request.
func TestABoundTokenIsFetchedAndUsed(t *testing.T) {
	a, url := newAPI(t)
	a.nonce = "api-1"
	key := new(testutil.ProofKey)
	proof := testutil.Proof{Method: "POST", URL: a.issuer.TokenURL()}
	r := post(t, a.issuer, demo, withProofs(key.Sign(proof)))
	if proof.Nonce = r.header.Get("DPoP-Nonce"); r.status != 400 || proof.Nonce == "" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	r = post(t, a.issuer, demo, withProofs(key.Sign(proof)))
	if tokenType, _ := bound(t, a.issuer, r); tokenType != "DPoP" {
		t.Fatalf("token_type %s", tokenType)
	}
	token := decode(t, []byte(r.body))["access_token"].(string)
	client := &http.Client{Transport: &testutil.Transport{Token: token, Key: key}}
	resp, err := client.Get(url + "/deals?page=2")
	if err != nil {
		t.Fatal(err)
	}
	read(t, resp)
	if got := a.take(); resp.StatusCode != http.StatusOK || got != "nonce ,ok " {
		t.Errorf("%s, requests %q", resp.Status, got)
	}
}

func TestTransport(t *testing.T) {
	a, url := newAPI(t)
	key := &testutil.ProofKey{Algorithm: "EdDSA"}
	token := a.issuer.Mint(map[string]any{"cnf": key.Confirmation()})
	client := &http.Client{Transport: &testutil.Transport{Token: token, Key: key}}
	// A body that can be read only once.
	once := struct{ io.Reader }{strings.NewReader("once")}
	for _, step := range []struct {
		name, method, path string
		body               io.Reader
		nonce, next        string // of the API
		want               string
	}{
		{"no nonce yet", "GET", "", nil, "", "", "ok "},
		{"escaped path and query", "GET", "/a%2Fb%20c?x=%2F", nil, "", "", "ok "},
		{"nonce asked for", "POST", "/", strings.NewReader("body"), "n1", "", "nonce body,ok body"},
		{"nonce known", "POST", "/", strings.NewReader("body"), "n1", "", "ok body"},
		{"nonce of a good response", "PUT", "/", strings.NewReader("body"), "n1", "n2", "ok body"},
		{"it is used", "GET", "/x", nil, "n2", "", "ok "},
		{"body that cannot be read again", "POST", "/", once, "n3", "", "nonce once"},
		{"its nonce is known all the same", "HEAD", "/", nil, "n3", "", "ok "},
	} {
		t.Run(step.name, func(t *testing.T) {
			a.mu.Lock()
			a.nonce, a.next = step.nonce, step.next
			a.mu.Unlock()
			r, err := http.NewRequest(step.method, url+step.path, step.body)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Basic x")
			resp, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			read(t, resp)
			if got := a.take(); got != step.want {
				t.Errorf("%s, requests %q, want %q", resp.Status, got, step.want)
			}
			if r.Header.Get("Authorization") != "Basic x" || r.Header.Get("DPoP") != "" {
				t.Errorf("the request was changed: %v", r.Header)
			}
		})
	}
}

// The target of a request is what its Host field says (RFC 9110 section 7.1).
func TestTransportProvesTheHostOfTheRequest(t *testing.T) {
	a, url := newAPI(t)
	key := new(testutil.ProofKey)
	client := &http.Client{Transport: &testutil.Transport{
		Token: a.issuer.Mint(map[string]any{"cnf": key.Confirmation()}), Key: key}}
	r, err := http.NewRequest("GET", url+"/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "api.example.com"
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	read(t, resp)
	if got := a.take(); got != "ok " {
		t.Errorf("requests %q", got)
	}
}

func TestTransportKeepsTheNoncesOfOriginsApart(t *testing.T) {
	a, first := newAPI(t)
	b, second := newAPI(t)
	a.nonce, b.nonce, b.issuer = "a", "b", a.issuer
	key := new(testutil.ProofKey)
	client := &http.Client{Transport: &testutil.Transport{
		Token: a.issuer.Mint(map[string]any{"cnf": key.Confirmation()}), Key: key}}
	for range 2 {
		for _, url := range []string{first, second} {
			resp, err := client.Get(url)
			if err != nil {
				t.Fatal(err)
			}
			read(t, resp)
		}
	}
	if gotA, gotB := a.take(), b.take(); gotA != "nonce ,ok ,ok " || gotB != gotA {
		t.Errorf("requests %q and %q", gotA, gotB)
	}
}

func TestTransportChoosesTheScheme(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{InProcess: true})
	key, certificate := new(testutil.ProofKey), &testutil.ClientCertificate{Name: "client"}
	mint := func(cnf any) string { return i.Mint(map[string]any{"cnf": cnf}) }
	for _, tc := range []struct {
		name, token string
		key         *testutil.ProofKey
		want        string
		proof       bool
	}{
		{"bound to the key", mint(key.Confirmation()), key, "DPoP", true},
		{"bound to another key", mint(new(testutil.ProofKey).Confirmation()), key, "DPoP", true},
		{"bound to a certificate", mint(certificate.Confirmation()), key, "Bearer", false},
		{"not bound", i.Mint(nil), key, "Bearer", false},
		{"cnf is a string", mint("x"), key, "Bearer", false},
		{"not a JWT", "opaque", key, "DPoP", true},
		{"two dots and no JWT", "a.b.c", key, "DPoP", true},
		{"bound, no key", mint(key.Confirmation()), nil, "Bearer", false},
		{"no token", "", key, "Basic", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var sent *http.Request
			transport := &testutil.Transport{Key: tc.key, Token: "not this one",
				TokenSource: func(*http.Request) (string, error) { return tc.token, nil },
				Base:        roundTrip(func(r *http.Request) *http.Response { sent = r; return reject(r, 200, nil) })}
			r := httptest.NewRequest("GET", "https://api.example.com", nil)
			r.Header.Set("Authorization", "Basic x")
			if _, err := transport.RoundTrip(r); err != nil {
				t.Fatal(err)
			}
			scheme, _, _ := strings.Cut(sent.Header.Get("Authorization"), " ")
			if got := sent.Header.Get("DPoP") != ""; scheme != tc.want || got != tc.proof {
				t.Errorf("scheme %s, proof %v", scheme, got)
			}
		})
	}
}

type roundTrip func(*http.Request) *http.Response

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

// reject returns a response with these header fields.
func reject(r *http.Request, status int, header http.Header) *http.Response {
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: header, Body: http.NoBody, Request: r}
}

func TestTransportReportsErrors(t *testing.T) {
	failure := errors.New("no token today")
	body := &closing{Reader: strings.NewReader("x")}
	transport := &testutil.Transport{TokenSource: func(*http.Request) (string, error) { return "", failure }}
	if _, err := transport.RoundTrip(httptest.NewRequest("POST", "https://api.example.com/",
		body)); !errors.Is(err, failure) || !body.closed {
		t.Errorf("%v, body closed: %v", err, body.closed)
	}
	transport = &testutil.Transport{Token: "opaque", Key: new(testutil.ProofKey),
		Base: roundTrip(func(r *http.Request) *http.Response {
			return reject(r, 401, http.Header{"Www-Authenticate": {`DPoP error="use_dpop_nonce"`},
				"Dpop-Nonce": {"n"}})
		})}
	r := httptest.NewRequest("POST", "https://api.example.com/", strings.NewReader("x"))
	r.GetBody = func() (io.ReadCloser, error) { return nil, failure }
	if _, err := transport.RoundTrip(r); !errors.Is(err, failure) {
		t.Errorf("%v", err)
	}
}

type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

// Change makes the proofs of the server's time, or hostile ones.
func TestTransportChangesProofs(t *testing.T) {
	a, url := newAPI(t)
	a.issuer.SetNow(time.Unix(1767225600, 0))
	key := new(testutil.ProofKey)
	for _, tc := range []struct {
		change func(*testutil.Proof)
		want   string
	}{
		{func(p *testutil.Proof) { p.At = a.issuer.Now() }, "ok "},
		{func(p *testutil.Proof) { p.Token = "" }, "ath "},
		{func(p *testutil.Proof) { p.Header = map[string]any{"typ": nil} }, "typ "},
	} {
		client := &http.Client{Transport: &testutil.Transport{
			Token: a.issuer.Mint(map[string]any{"cnf": key.Confirmation()}), Key: key, Change: tc.change}}
		resp, err := client.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		read(t, resp)
		if got := a.take(); got != tc.want {
			t.Errorf("requests %q, want %q", got, tc.want)
		}
	}
}

func TestTransportServesConcurrentRequests(t *testing.T) {
	a, url := newAPI(t)
	a.nonce = "n1"
	key := &testutil.ProofKey{Algorithm: "EdDSA"}
	client := &http.Client{Transport: &testutil.Transport{
		Token: a.issuer.Mint(map[string]any{"cnf": key.Confirmation()}), Key: key}}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				resp, err := client.Post(url, "text/plain", strings.NewReader("x"))
				if err != nil {
					t.Error(err)
					return
				}
				if read(t, resp); resp.StatusCode != http.StatusOK {
					t.Errorf("%s", resp.Status)
				}
			}
		})
	}
	wg.Wait()
	if n := strings.Count(a.take(), "ok x"); n != 40 {
		t.Errorf("%d requests of 40 passed", n)
	}
}
