package testutil

import (
	"cmp"
	"io"
	"net/http"
	"net/url"
)

// A Transport is an http.RoundTripper that sends an access token with each request,
// and a new DPoP proof (RFC 9449 section 7) if the token is bound to a key.
//
// It remembers the nonce that each origin gave last, also in a successful response. A
// request that gets 401 with the error use_dpop_nonce and a nonce is sent once more
// with it, if its body can be read again: see http.Request.GetBody.
//
// The token also goes to the host of a redirect. A Transport may be used by several
// goroutines at the same time, while its fields do not change. It must not be copied.
type Transport struct {
	// Token is the access token. A request without a token is sent as it is.
	Token string

	// TokenSource returns the access token for a request, in place of Token. It is
	// called once for each request, and must not change it. Nil means Token.
	TokenSource func(*http.Request) (string, error)

	// Key signs the proofs. Nil means that all tokens are sent as Bearer tokens. So
	// are JWTs that are not bound to a key, which have no cnf.jkt. A token that is
	// not a JWT does not tell, and is sent with a proof.
	Key *ProofKey

	// Change may change each proof before it is signed, to set At to the time of an
	// Issuer or to send a hostile one. Nil means no changes.
	Change func(*Proof)

	// Base sends the requests. Nil means http.DefaultTransport.
	Base http.RoundTripper

	nonces nonceCache
}

// RoundTrip sends r with the token and a proof. It does not change r. An error is that
// of TokenSource, of Base or of reading the body again.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	token, err := t.token(r)
	if err != nil {
		if r.Body != nil {
			r.Body.Close() // as the interface requires, also with an error
		}
		return nil, err
	}
	switch {
	case token == "":
		return t.base().RoundTrip(r)
	case t.Key == nil || !mayBeBound(token):
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+token)
		return t.base().RoundTrip(r)
	}
	response, err := t.send(r, token, r.Body)
	if err != nil || !asksForNonce(response) {
		return response, err
	}
	body := r.Body
	if body != nil && body != http.NoBody {
		if r.GetBody == nil {
			return response, nil
		}
		if body, err = r.GetBody(); err != nil {
			response.Body.Close()
			return nil, err
		}
	}
	// What is left of the response is read so that the connection can be used again.
	io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	response.Body.Close()
	return t.send(r, token, body)
}

// send sends r with this body, the token and a new proof.
func (t *Transport) send(r *http.Request, token string, body io.ReadCloser) (*http.Response, error) {
	target := url.URL{
		Scheme: r.URL.Scheme, Host: cmp.Or(r.Host, r.URL.Host),
		Path: cmp.Or(r.URL.Path, "/"), RawPath: r.URL.RawPath,
	}
	at := origin(&target)
	proof := Proof{
		Method: r.Method, URL: target.String(), Token: token, Nonce: t.nonces.get(at),
	}
	if t.Change != nil {
		t.Change(&proof)
	}
	r = r.Clone(r.Context())
	r.Body = body
	r.Header.Set("Authorization", "DPoP "+token)
	r.Header.Set("DPoP", t.Key.Sign(proof))
	response, err := t.base().RoundTrip(r)
	if err == nil {
		t.nonces.learn(at, response.Header.Values("DPoP-Nonce"))
	}
	return response, err
}

func (t *Transport) token(r *http.Request) (string, error) {
	if t.TokenSource != nil {
		return t.TokenSource(r)
	}
	return t.Token, nil
}

func (t *Transport) base() http.RoundTripper {
	if t.Base != nil {
		return t.Base
	}
	return http.DefaultTransport
}
