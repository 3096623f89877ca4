package testutil

import (
	"bytes"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// strictKeyAttacks are about keys and key sets that contradict themselves, about
// issuers that fail, and about callers who make the API ask them too often.
func strictKeyAttacks(a *arena) {
	if !a.asks("strict") {
		return
	}
	alg := a.key.alg
	keys := map[string]Key{
		"use-sig-and-key_ops-encrypt": {Members: map[string]any{"use": "sig", "key_ops": []string{"verify", "encrypt"}}},
		"Use-beside-use":              {Members: map[string]any{"Use": "enc"}},
		"another-issuers":             {Members: map[string]any{"issuer": "https://other.example"}},
	}
	ids := map[string]string{}
	b := a.apart(func(i *Issuer) {
		for name, k := range sorted(keys) {
			k.Algorithm = alg
			ids[name] = i.AddKey(k)
		}
	})
	for name, id := range sorted(ids) {
		b.token(strictly, "strict/key-"+name, "A good signature by a published key that contradicts itself or is not this issuer's.", b.goodBy(b.issuer.keys.find(id), alg))
	}
	b.token(strictly, "strict/without-kid-of-several", "A token that does not say which of several keys signed it (RFC 7515 section 4.1.4).", b.good().head("kid", nil))
	a.take(b)

	if key := a.anyOf("RS256", "PS256"); key != nil {
		zeros := a.apart(func(i *Issuer) {
			n := i.keys.find(i.KeyID(key.alg)).public().(*rsa.PublicKey).N.Bytes()
			b64 := base64.RawURLEncoding.EncodeToString
			i.SetJWKS(bytes.Replace(i.JWKS(), []byte(b64(n)), []byte(b64(append([]byte{0}, n...))), 1))
		})
		zeros.token(served, "strict/zeros-in-front-of-a-modulus", "A good token of an issuer that writes a sign in front of its modulus, as many do (RFC 7518 section 6.3.1.1).", zeros.goodBy(zeros.signer(key.alg), key.alg))
		a.take(zeros)
	}

	const odd = "A good token of an issuer whose key set cannot be taken for one: that is an outage and no bad token."
	for name, document := range sorted(map[string]func(good string) string{
		"twice":           func(good string) string { return `{"keys":[],` + good[1:] },
		"spelled-twice":   func(good string) string { return `{"Keys":[],` + good[1:] },
		"of-two-megabyte": func(good string) string { return good + strings.Repeat(" ", 2<<20) },
	}) {
		b := a.apart(func(i *Issuer) { i.SetJWKS([]byte(document(string(i.JWKS())))) })
		b.token(closed, "strict/keys-"+name, odd, b.good())
		a.take(b)
	}
	b = a.apart(func(i *Issuer) { i.Fail(Fault{Status: http.StatusBadGateway}) })
	b.token(closed, "strict/outage", "A good token of an issuer that cannot be reached: an outage is not the token's fault.", b.good())
	a.take(b)

	flooded := a.apart(nil)
	token := flooded.good().by(a.strangers(alg), alg)
	flooded.token(served, "strict/after-a-flood", "A good token after 300 forged ones, each with a key id that nobody knows: they must not make the API ask the issuer as often.", flooded.good())
	flooded.latest().before = func() error {
		flooded.sendToken(flooded.good().token()) // has the keys fetched
		asked := flooded.issuer.Fetches()
		for n := range 300 {
			flooded.sendToken(token.head("kid", fmt.Sprint("unknown-", n)).token())
		}
		if n := flooded.issuer.Fetches() - asked; n > 10 {
			return fmt.Errorf("the API asked the issuer %d times", n)
		}
		return nil
	}
	a.take(flooded)
}

// notServed is for tokens that cannot be checked, as far as the RFCs go.
var notServed = verdict{statuses: []int{401, 500, 502, 503, 504}}

// discoveryAttacks are about what the issuer's metadata says, and who says it:
// RFC 8414 section 3.3.
func discoveryAttacks(a *arena) {
	if !a.asks("discovery") {
		return
	}
	for name, change := range sorted(map[string]func(o object, i *Issuer) object{
		"of-another-issuer": func(o object, i *Issuer) object { return o.with(map[string]any{"issuer": "https://other.example"}) },
		"without-issuer":    func(o object, i *Issuer) object { return o.with(map[string]any{"issuer": nil}) },
		"spelled-twice":     func(o object, i *Issuer) object { return append(o, member{"Issuer", "https://other.example"}) },
	}) {
		b := a.apart(func(i *Issuer) {
			o := object{{"issuer", i.URL()}, {"jwks_uri", i.JWKSURL()}, {"response_types_supported", []string{"none"}}, {"subject_types_supported", []string{"public"}},
				{"id_token_signing_alg_values_supported", a.Algorithms}}
			i.Fail(Fault{On: EndpointMetadata, Header: http.Header{"Content-Type": {"application/json"}}, Body: change(o, i).mustEncode()})
		})
		b.token(notServed, "discovery/metadata-"+name, "A good token, and metadata that is not the issuer's own, or not to every reader.", b.good())
		a.take(b)
	}
	b := a.apart(func(i *Issuer) {
		i.Fail(Fault{On: EndpointKeys, Status: http.StatusFound, Header: http.Header{"Location": {a.stranger.JWKSURL()}}})
	})
	b.token(notServed, "discovery/keys-elsewhere", "A forged token, and an address of keys that redirects to the forger's.", b.good().by(a.strangers(b.key.alg), b.key.alg).head("kid", a.strangers(b.key.alg).id))
	a.take(b)
}

// clockAttacks are tokens that were good, and are no more.
func clockAttacks(a *arena) {
	if !a.asks("clock") {
		return
	}
	const day = 24 * 3600
	for name, c := range sorted(map[string]struct {
		tries string
		want  verdict
		life  int64 // of the token, in seconds
		seen  bool
		then  func(*arena) error
	}{
		"expired-since": {"A token that the API has let through, after it expired.", refused, 600, true, func(b *arena) error { b.issuer.Advance(time.Hour); return nil }},
		"not-yet-valid-again": {"A token that the API has let through, by a clock that was set right since.", refused, day, true, func(b *arena) error {
			b.issuer.Advance(-2 * time.Hour)
			return nil
		}},
		"key-withdrawn": {"A token that the API has let through, after its key was withdrawn and the API has seen the new keys.", refused, day, true, func(b *arena) error {
			b.issuer.RotateAndDrop()
			b.issuer.Advance(time.Hour)
			b.key = b.signer(b.Algorithms[0])
			if status := b.sendToken(b.good().token()).status; status != 200 {
				return fmt.Errorf("a good token of the new key has status %d", status)
			}
			return nil
		}},
		"issuer-gone": {"A token that the API has not seen, of an issuer that has not answered for a month.", notServed, 60 * day, false, func(b *arena) error {
			b.issuer.Down()
			b.issuer.Advance(30 * day * time.Second)
			return nil
		}},
		"issuer-gone-seen": {"A token that the API has let through, of an issuer that has not answered for a month since.", notServed, 60 * day, true, func(b *arena) error {
			b.issuer.Down()
			b.issuer.Advance(30 * day * time.Second)
			return nil
		}},
	}) {
		b := a.apart(nil)
		token := b.good().claim("exp", b.at(c.life, "")).token()
		b.raw(c.want, "clock/"+name, c.tries, token)
		b.latest().before = func() error {
			first := token
			if !c.seen {
				first = b.good().token()
			}
			if b.sendToken(first).status != 200 {
				return errors.New("the API refuses a token that is still good")
			}
			return c.then(b)
		}
		a.take(b)
	}
}
