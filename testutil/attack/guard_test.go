package attack_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/bearerguard/bearerguard/testutil"
)

// A guard is a resource server that is written by hand, without this library. It
// passes every case of the kit, unless weakness says which of its checks is weak.
type guard struct {
	issuer   *testutil.Issuer
	keys     keyStore
	handler  http.Handler
	weakness string
	nonces   bool // proofs need a nonce

	mu    sync.Mutex
	known map[string]bool // weaknesses that the code has asked for
	shown map[string]bool // tokens that were admitted with what they are bound to
	used  map[string]bool // proofs, by what a weakness knows them by
}

const theScope = "deals-read"

func newGuard(issuer *testutil.Issuer, handler http.Handler) *guard {
	g := &guard{issuer: issuer, handler: handler, known: map[string]bool{},
		shown: map[string]bool{}, used: map[string]bool{}}
	g.keys.known = fetchKeys(context.Background(), issuer.JWKSURL())
	return g
}

// lacks reports whether the guard has this weakness.
func (g *guard) lacks(weakness string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.known[weakness] = true
	return g.weakness == weakness
}

// A refusal is the response to a rejected request.
type refusal struct {
	status      int
	code        string
	description string
}

var (
	anonymous    = &refusal{401, "", ""}
	unreadable   = &refusal{400, "invalid_request", "unreadable"}
	invalid      = &refusal{401, "invalid_token", "invalid"}
	insufficient = &refusal{403, "insufficient_scope", "insufficient"}
)

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g.lacks("responses: the handler runs first") {
		g.handler.ServeHTTP(w, r)
	}
	token, rejected := g.credential(r)
	if rejected == nil {
		rejected = g.verify(r, token)
	}
	if _, within := r.Context().Value(admittedKey{}).(bool); within && g.lacks("batch: what is in the context") {
		rejected = nil
	}
	if rejected == nil || g.bypassed(r) {
		g.handler.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), admittedKey{}, true)))
		return
	}
	g.refuse(w, *rejected, token)
	if g.lacks("responses: the handler runs last") {
		g.handler.ServeHTTP(&quiet{}, r)
	}
}

type admittedKey struct{} // in the context of an admitted request

// quiet is a ResponseWriter that writes nothing.
type quiet struct{}

func (quiet) Header() http.Header         { return http.Header{} }
func (quiet) Write(b []byte) (int, error) { return len(b), nil }
func (quiet) WriteHeader(int)             {}

// bypassed reports whether a weakness admits the request without a token.
func (g *guard) bypassed(r *http.Request) bool {
	switch {
	case r.Header.Get("X-Original-Url") != "":
		return g.lacks("bypass: X-Original-URL")
	case r.Header.Get("X-Http-Method-Override") == "OPTIONS":
		return g.lacks("bypass: method override")
	case r.Header.Get("X-Forwarded-User") != "":
		return g.lacks("bypass: identity field")
	case r.Header.Get("X-Forwarded-For") == "127.0.0.1":
		return g.lacks("bypass: loopback")
	case strings.HasPrefix(r.UserAgent(), "kube-probe"):
		return g.lacks("bypass: prober")
	case r.Header.Get("Authorization") == "":
		return g.lacks("bypass: no token")
	}
	return false
}

func (g *guard) refuse(w http.ResponseWriter, a refusal, token string) {
	if a == *anonymous && g.lacks("responses: an error code without a token") {
		a.code = "invalid_token"
	}
	challenge, dpop := `Bearer realm="api"`, `DPoP algs="ES256 EdDSA"`
	switch {
	case a == *unproven || a == *noNonce:
		dpop += `, error="` + a.code + `"`
	case a.code != "":
		code := a.code
		if g.lacks("responses: always invalid_request") {
			code = "invalid_request"
		}
		challenge += `, error="` + code + `", error_description="` + a.description + `"`
	}
	switch {
	case a.status == 403 && g.lacks("responses: 401 for a missing scope"):
		a.status = 401
	case a.status == 401 && g.lacks("responses: 403 for a bad token"):
		a.status = 403
	case g.lacks("responses: 200"):
		a.status = 200
	case g.lacks("responses: 500"):
		a.status = 500
	case g.lacks("responses: 302"):
		a.status = 302
	}
	if a.status == 403 && a.code == insufficient.code {
		scope := theScope
		if g.lacks("responses: another scope than the one that is missing") {
			scope = "openid"
		}
		challenge += `, scope="` + scope + `"`
	}
	fields := []string{challenge, dpop}
	if g.nonces {
		w.Header()["Dpop-Nonce"] = []string{theNonce}
	}
	switch {
	case a == *noNonce && g.lacks("nonce: none to use"):
		delete(w.Header(), "Dpop-Nonce")
	case g.lacks("dpop: no challenge"):
		fields = fields[:1]
	case g.lacks("dpop: two challenges"):
		fields = append(fields, dpop)
	case g.lacks("dpop: an error code of another status"):
		fields[1] += `, scope="x", error="insufficient_scope"`
	case g.lacks("responses: no challenge"):
		fields = nil
	case g.lacks("responses: another scheme"):
		fields = []string{`Basic realm="api"`}
	case g.lacks("responses: two challenges"):
		fields = []string{challenge, challenge}
	case g.lacks("responses: a parameter twice"):
		fields[0] += `, realm="other"`
	case g.lacks("responses: a quote within quotes"):
		fields[0] += `, error_uri="say "no""`
	case g.lacks("responses: beyond ASCII"):
		fields[0] += `, error_uri="é"`
	case g.lacks("responses: no commas"):
		fields[0] = strings.ReplaceAll(challenge, ",", "") + ` x="y"`
	case g.lacks("responses: the token in the challenge") && !strings.ContainsAny(token, "\"\\\r\n\x00"):
		fields[0] += `, token="` + token + `"`
	}
	w.Header()["Www-Authenticate"] = fields
	w.WriteHeader(a.status)
	if g.lacks("responses: the token in the body") {
		io.WriteString(w, "cannot read "+token)
	}
}
