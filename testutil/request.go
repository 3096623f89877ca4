package testutil

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxForm is the size of the largest token request that is read.
const maxForm = 64 << 10

// A tokenRequest is a request at the token endpoint, as far as it has been read.
type tokenRequest struct {
	options *Options
	url     string    // the issuer identifier
	target  string    // the URL of the token endpoint
	at      time.Time // of the request
	proofs  *proofMemory
	http    *http.Request
	form    url.Values
	client  Client
	basic   bool   // authentication by the Authorization field was tried
	nonce   string // for the client's next DPoP proof; empty if it has it
}

// param returns a parameter. RFC 6749 section 3.2: one without a value is
// treated as if it were not there.
func (r *tokenRequest) param(name string) string { return r.form.Get(name) }

// A grant is what a token request is given.
type grant struct {
	client   Client
	scopes   []string
	audience []string
	tenant   string // the directory, for c4t
	issuer   string // the identifier, where it depends on the request
	at       time.Time

	confirmation object // the cnf claim; empty if the token is not bound
}

// tokenType is the token_type of the response (RFC 6749 section 7.1, RFC 9449
// section 5). A token that is bound to a certificate alone stays a Bearer token.
func (g *grant) tokenType() string {
	if g.confirmation.get("jkt") != nil {
		return "DPoP"
	}
	return "Bearer"
}

// scopes returns those that are granted: the ones asked for, or all of the
// client's if it does not say.
func (r *tokenRequest) scopes() ([]string, *refusal) {
	asked := r.param("scope")
	if asked == "" {
		return r.client.Scopes, nil
	}
	var granted []string
	for s := range strings.SplitSeq(asked, " ") {
		// An empty one, between two spaces, is in no list.
		if !slices.Contains(r.client.Scopes, s) {
			return nil, &refusal{cause: badScope, detail: s}
		}
		if !slices.Contains(granted, s) {
			granted = append(granted, s)
		}
	}
	return granted, nil
}

// audience returns the one asked for, by resource (RFC 8707) or by the audience
// parameter that many servers have instead, or that of Options.
func (r *tokenRequest) audience() ([]string, *refusal) {
	var asked []string
	for _, resource := range r.form["resource"] {
		if resource == "" {
			continue
		}
		u, err := url.Parse(resource)
		if err != nil || !u.IsAbs() || strings.Contains(resource, "#") {
			return nil, &refusal{cause: badTarget, detail: resource}
		}
		asked = append(asked, resource)
	}
	if a := r.param("audience"); a != "" {
		asked = append(asked, a)
	}
	if len(asked) == 0 {
		return []string{r.options.Audience}, nil
	}
	var granted []string
	for _, a := range asked {
		if !r.options.knows(a) {
			return nil, &refusal{cause: badTarget, detail: a}
		}
		if !slices.Contains(granted, a) {
			granted = append(granted, a)
		}
	}
	return granted, nil
}

// knows reports whether a client may request tokens for the audience.
func (o *Options) knows(audience string) bool {
	return len(o.Resources) == 0 || audience == o.Audience || slices.Contains(o.Resources, audience)
}
