package middleware

import (
	"context"
	"math"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
)

// Vouch returns an Admission for a caller that the API has recognized itself, by an API
// key or by Basic authentication for example. Guards behind it accept it for this request
// and check their requirements on t, of which Vouch keeps a copy. Handlers find t as they
// find any other token:
//
//	if client, ok := keys[r.Header.Get("X-API-Key")]; ok {
//		view := middleware.RequestOf(r)
//		t := claims.Token{ClientID: client, Kind: claims.KindClient, Scopes: []string{"deals-read"}}
//		r = r.WithContext(auth.Vouch(r.Context(), &view, t))
//	}
//
// The Admission counts for the credential that r has: for a request without a bearer token
// as long as it has none, and for one with an opaque API key in the place of a token as
// long as it has the same. It ends at t.Expiry, if that is set. Config.Revoked and
// Config.Enrich are not called.
//
// Vouch checks nothing but that t names a subject or a client: otherwise guards treat the
// request as one without a token.
func (a *Authenticator) Vouch(ctx context.Context, r *Request, t claims.Token) *Admission {
	if t.Subject == "" && t.ClientID == "" {
		return &Admission{Context: ctx}
	}
	raw := r.Token
	if raw == "" {
		raw, _, _ = a.credential(r)
	}
	v := &verified{token: &t, raw: strings.Clone(raw), issuer: a.vouched, times: span{math.MinInt64, math.MaxInt64}}
	moveLists(&t, nil)
	if !t.Expiry.IsZero() {
		v.times = span{math.MinInt64, t.Expiry.Unix()}
	}
	d := decision{auth: a, ctx: ctx, verified: v, token: &t, issuer: a.vouched}
	d.hearVouched(r)
	return &Admission{Context: ctx, verified: v}
}
