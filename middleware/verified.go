package middleware

import (
	"crypto/x509"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"weak"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// A verified token is the outcome of decision.verifyToken. The cache holds it, and the
// context of an admitted request. It may be used for as long as the key is live.
type verified struct {
	// token is what every decision reads. No handler can reach it: what a handler
	// changes must not change a later decision.
	token *claims.Token
	// shown is what handlers get: nil until the first one asks.
	shown atomic.Pointer[claims.Token]
	// raw is the token as received, which the cache holds too.
	raw    string
	issuer *trustedIssuer
	key    *keyring.Key // nil if the API vouches for the caller, see Vouch
	times  span

	// certificate is the last one of a connection that the token is bound to.
	certificate atomic.Pointer[weak.Pointer[x509.Certificate]]
}

// live reports whether what was verified may still be used, as far as its key decides.
func (v *verified) live(now time.Time) bool { return v.key == nil || v.key.Live(now) }

// A span is a time in which a verified token passes checkTimes, in whole Unix seconds: of
// a cached token two numbers are compared. The token may pass a little earlier and later
// too, for which checkTimes looks closer.
type span struct{ from, until int64 }

func (s span) include(now time.Time) bool {
	at := now.Unix()
	return s.from <= at && at < s.until
}

// forHandlers returns the Token for handlers, which all requests share.
func (v *verified) forHandlers() *claims.Token {
	if t := v.shown.Load(); t != nil {
		return t
	}
	t := *v.token
	moveLists(&t, []string{})
	if !v.shown.CompareAndSwap(nil, &t) {
		return v.shown.Load()
	}
	return &t
}

// moveLists moves the lists of t into all, which is empty, or if they do not fit into
// memory of their own, and returns its capacity. A list has no spare capacity: an append
// to it writes nothing that another one holds.
func moveLists(t *claims.Token, all []string) int {
	n := 0
	lists := listsOf(t)
	for _, list := range lists {
		n += len(*list)
	}
	if n > cap(all) {
		all = slices.Grow([]string(nil), n)
	}
	for _, list := range lists {
		if *list == nil {
			continue
		}
		start := len(all)
		all = append(all, *list...)
		*list = all[start:len(all):len(all)]
	}
	return cap(all)
}

// A packedToken is a verified token in memory of its own, with room for the lists of
// most tokens.
type packedToken struct {
	verified
	token claims.Token
	names [7]string
}

// Sizes on the heap, with the header that the allocator adds to objects with pointers.
var (
	packedBytes = int(reflect.TypeFor[packedToken]().Size()) + 24
	tokenBytes  = int(reflect.TypeFor[claims.Token]().Size()) + 16
	stringBytes = int(reflect.TypeFor[string]().Size())
)

// pack returns a verified token with a copy of t in memory of its own, and how many bytes
// it takes on the heap together with what handlers will get. Nothing that t refers to
// stays in memory, the payload apart: no spare capacity of lists, no strings of which
// only a part is in use, and nothing that Dialect.Customize or Issuer.Validate may have
// kept.
func pack(t *claims.Token, issuer *trustedIssuer, key *keyring.Key) (*verified, int) {
	p := &packedToken{token: *t}
	p.verified.token, p.issuer, p.key = &p.token, issuer, key
	names := moveLists(&p.token, p.names[:0])
	lists := names*stringBytes + 16 // of handlers
	if names > len(p.names) {
		lists *= 2
	}
	return &p.verified, packedBytes + tokenBytes + lists + packStrings(&p.token)
}

// packStrings moves all strings of t into one and returns its capacity. The payload
// stays: it is a part of the token itself, which the cache holds.
func packStrings(t *claims.Token) int {
	single, lists := stringsOf(t), listsOf(t)
	n := 0
	for _, s := range single {
		n += len(*s)
	}
	for _, list := range lists {
		for _, s := range *list {
			n += len(s)
		}
	}
	var b strings.Builder
	b.Grow(n)
	for _, s := range single {
		b.WriteString(*s)
	}
	for _, list := range lists {
		for _, s := range *list {
			b.WriteString(s)
		}
	}
	text := b.String()
	next := func(s *string) {
		*s, text = text[:len(*s)], text[len(*s):]
	}
	for _, s := range single {
		next(s)
	}
	for _, list := range lists {
		for i := range *list {
			next(&(*list)[i])
		}
	}
	return b.Cap()
}

// stringsOf and listsOf return all fields of t with memory of their own, except for the
// payload.

func stringsOf(t *claims.Token) [9]*string {
	return [...]*string{
		&t.Issuer, &t.Subject, &t.ClientID, &t.Tenant, &t.SourceSystem, &t.ID, &t.ACR,
		&t.KeyThumbprint, &t.CertificateThumbprint,
	}
}

func listsOf(t *claims.Token) [5]*[]string {
	return [...]*[]string{&t.Audience, &t.Scopes, &t.Roles, &t.Groups, &t.AMR}
}
