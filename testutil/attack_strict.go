package testutil

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// furtherGroups are those that are tried only if Target.With asks for them.
var furtherGroups = []string{"strict", "rfc9068", "discovery", "clock", "age"}

var (
	// strictly is refused with all that this library says in an answer.
	strictly = verdict{statuses: []int{401}, strict: true}
	// unintelligible is for what cannot be a token by its characters alone.
	unintelligible = verdict{statuses: []int{400}, strict: true}
	// closed is for good tokens that cannot be checked just now.
	closed = verdict{statuses: []int{503}, strict: true}
)

// strictAttacks are tokens that another reader, in front of the API or behind
// it, could understand otherwise, and where no RFC says that they are no good.
func strictAttacks(a *arena) {
	if !a.asks("strict") {
		return
	}
	g := a.good()
	const spelled = "A good token with a name in a second spelling beside it: who folds case reads the other one."
	a.token(strictly, "strict/Kid-beside-kid", spelled, g.headLast(`"Kid":"another"`))
	a.token(strictly, "strict/ALG-beside-alg", spelled, g.headLast(`"ALG":"none"`))
	a.token(strictly, "strict/Exp-beside-exp", spelled, g.claimLast(`"Exp":1`))
	a.token(strictly, "strict/long-s-in-sub-beside-sub", spelled, g.claimLast("\"\u017fub\":\"mallory\""))
	a.token(strictly, "strict/unknown-names-that-fold", spelled, g.claimLast(`"department":1,"Department":2`))
	a.token(strictly, "strict/name-twice-within", "A name twice within a claim.", g.claim("x", json.RawMessage(`{"a":1,"a":2}`)))
	a.token(strictly, "strict/33-levels", "A claim more levels deep than any issuer needs.", g.claim("x", json.RawMessage(strings.Repeat("[", 32)+strings.Repeat("]", 32))))
	a.token(strictly, "strict/1e400", "A number that is infinite to most readers, where it decides nothing.", g.claim("x", json.RawMessage("1e400")))

	const parameter = "A good token with a parameter of other kinds of tokens (RFC 7515 section 4.1.10, RFC 7797 section 3, RFC 7516 section 4.1)."
	a.token(strictly, "strict/cty-JWT", parameter, g.head("cty", "JWT"))
	a.token(strictly, "strict/b64-not-critical", parameter, g.head("b64", json.RawMessage("true")))
	a.token(strictly, "strict/enc", parameter, g.head("enc", "A256GCM"))
	a.token(strictly, "strict/zip", parameter, g.head("zip", "DEF"))

	for _, claim := range []string{"sub", "client_id", "jti"} {
		const name = "A name that is none (RFC 7519 sections 4.1.2 and 4.1.7, RFC 9068 section 2.2) must not become somebody."
		a.token(strictly, "strict/"+claim+"-empty", name, g.claim(claim, ""))
		a.token(strictly, "strict/"+claim+"-number", name, g.claim(claim, 1))
		a.token(strictly, "strict/"+claim+"-null", name, g.claim(claim, json.RawMessage("null")))
	}
	if a.Scope != "" {
		a.token(strictly, "strict/scope-number", "A scope that is no text makes the token no good, and not one of too little scope.", g.claim("scope", 1))
	}

	const characters = "Characters that no token has (RFC 6750 section 2.1): a request that cannot be understood."
	a.raw(unintelligible, "strict/comma-in-the-token", characters, "a,b.c.d")
	a.raw(unintelligible, "strict/padding-alone", characters, "==")
	a.add(verdict{statuses: []int{401}, noCode: true, strict: true}, "strict/no-token", "No token, and an answer for this caller alone.", "", func(*http.Request) {})
	oneAnswer(a)
}

// oneAnswer compares answers before a signature holds: whoever cannot sign shall
// not learn which keys and algorithms there are.
func oneAnswer(a *arena) {
	g := a.good()
	header, payload, _ := g.segments()
	forged := g.by(a.strangers(a.key.alg), a.key.alg)
	others := map[string]string{
		"another algorithm": g.hmac([]byte("secret")).token(), "an unknown key": forged.head("kid", "unknown").token(), "no key": forged.head("kid", nil).token(),
		"a short signature": header + "." + payload + ".AAAA", "an expired token": forged.claim("exp", 1).token(),
	}
	a.token(strictly, "strict/one-answer", "A forged token has the same answer whatever is wrong with it.", forged)
	a.latest().after = func(w *recorder) error {
		for what, token := range sorted(others) {
			other := a.sendToken(token)
			if other.status != w.status || other.sent.Get("WWW-Authenticate") != w.sent.Get("WWW-Authenticate") || other.body.String() != w.body.String() {
				return fmt.Errorf("%s is told from a bad signature", what)
			}
		}
		return nil
	}
}

// profileAttacks are tokens that lack something that RFC 9068 requires.
func profileAttacks(a *arena) {
	g := a.good()
	if a.asks("rfc9068") {
		for _, claim := range []string{"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} {
			a.token(malformed, "rfc9068/without-"+claim, "A token without a claim that RFC 9068 section 2.2 requires.", g.claim(claim, nil))
		}
		const typ = "No typ, or another than at+jwt (RFC 9068 section 2.1)."
		a.token(refused, "rfc9068/typ-missing", typ, g.head("typ", nil))
		a.token(refused, "rfc9068/typ-JWT", typ, g.head("typ", "JWT"))
		if a.Scope != "" {
			a.token(unclear, "rfc9068/scope-array", "A scope that is not one string (RFC 8693 section 4.2).", g.claim("scope", []string{a.Scope}))
		}
	}
	if a.asks("age") {
		old := g.claim("iat", a.at(-25*3600, ""))
		a.token(refused, "age/a-day-and-an-hour", "A token that has not expired and was issued more than a day ago.", old)
		a.token(malformed, "age/unknown", "A token that does not say when it was issued.", g.claim("iat", nil))
	}
}

// revokedAttacks are tokens that were good until the API's owner said no.
func revokedAttacks(a *arena) {
	if a.Revoke == nil {
		return
	}
	for name, seen := range sorted(map[string]bool{"unseen": false, "seen": true}) {
		jti := "revoked-" + name + "-" + a.issuer.Audience()
		token := a.good().claim("jti", jti).token()
		tries := "A token on the denylist, which the API has not seen before."
		if seen {
			tries = "A token that the API has let through and that was put on the denylist then."
		}
		a.raw(refused, "revoked/"+name, tries, token)
		a.latest().before = func() error {
			if seen && a.sendToken(token).status != 200 {
				return errors.New("the API refuses a good token that is not on the denylist yet")
			}
			a.Revoke(jti)
			return nil
		}
	}
}
