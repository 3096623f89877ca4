package testutil

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// maxForm is the size of the largest token request that is read.
const maxForm = 64 << 10

// A tokenRequest is a request at the token endpoint, as far as it has been read.
type tokenRequest struct {
	issuer *Issuer
	http   *http.Request
	form   url.Values
	client Client
	basic  bool // authentication by the Authorization field was tried
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
}

// token serves the token endpoint (RFC 6749 sections 3.2, 4.4 and 5).
func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	req := &tokenRequest{issuer: i, http: r}
	i.system.headers(w.Header())
	g, why := req.decide()
	if why == nil {
		w.Write(i.system.answer(i, i.issue(g), g).mustEncode())
		return
	}
	status, body := i.system.refuse(req, why)
	switch {
	case status == http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	case status == http.StatusUnauthorized && i.system.challenges(req.basic):
		w.Header().Set("WWW-Authenticate", `Basic realm="token endpoint"`)
	}
	w.WriteHeader(status)
	w.Write(body.mustEncode())
}

// decide reads the request and returns what it is given, or why it gets nothing.
func (r *tokenRequest) decide() (*grant, *refusal) {
	if r.http.Method != http.MethodPost {
		return nil, &refusal{cause: wrongMethod, detail: r.http.Method}
	}
	if why := r.readForm(); why != nil {
		return nil, why
	}
	if why := r.authenticate(); why != nil {
		return nil, why
	}
	switch r.param("grant_type") {
	case "client_credentials":
	case "":
		return nil, &refusal{cause: missingParameter, detail: "grant_type"}
	default:
		return nil, &refusal{cause: unsupportedGrant, detail: r.param("grant_type")}
	}
	if r.client.NoGrant {
		return nil, &refusal{cause: grantNotAllowed, detail: r.client.ID}
	}
	g, why := r.issuer.system.grant(r)
	if why != nil {
		return nil, why
	}
	g.client = r.client
	g.at = r.issuer.Now()
	return g, nil
}

// readForm reads the parameters, which are form-encoded UTF-8 in the body (RFC
// 6749 section 4.4.2) and come once each, but for resource, which RFC 8707
// section 2 lets a client repeat.
func (r *tokenRequest) readForm() *refusal {
	malformed := &refusal{cause: malformedRequest}
	// Section 2.3.1: credentials must not be in the URI. A client that puts them
	// there has told them to every log on the way.
	if query, err := url.ParseQuery(r.http.URL.RawQuery); err != nil || query.Has("client_secret") {
		return malformed
	}
	mediaType, _, err := mime.ParseMediaType(r.http.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return malformed
	}
	body, err := io.ReadAll(io.LimitReader(r.http.Body, maxForm+1))
	if err != nil || len(body) > maxForm {
		return malformed
	}
	if r.form, err = url.ParseQuery(string(body)); err != nil {
		return malformed
	}
	for name, values := range r.form {
		if !utf8.ValidString(name + strings.Join(values, "")) {
			return malformed
		}
		if len(values) > 1 && name != "resource" {
			return &refusal{cause: repeatedParameter}
		}
	}
	return nil
}

// authenticate finds the client (RFC 6749 section 2.3.1).
func (r *tokenRequest) authenticate() *refusal {
	var tried [][2]string // ids and secrets that may be meant
	fields := r.http.Header.Values("Authorization")
	r.basic = len(fields) > 0
	id, secret := r.param("client_id"), r.param("client_secret")
	switch {
	case len(fields) > 1,
		r.basic && (secret != "" || r.param("client_assertion") != ""),
		secret != "" && r.param("client_assertion") != "":
		return &refusal{cause: severalCredentials}
	case r.basic:
		user, password, ok := r.http.BasicAuth()
		if !ok {
			return &refusal{cause: noCredentials}
		}
		// Form-encoded before base64, says the RFC; half of all clients do not.
		decodedUser, err1 := url.QueryUnescape(user)
		decodedPassword, err2 := url.QueryUnescape(password)
		if err1 == nil && err2 == nil {
			tried = append(tried, [2]string{decodedUser, decodedPassword})
		}
		tried = append(tried, [2]string{user, password})
		if id != "" && !slices.ContainsFunc(tried, func(t [2]string) bool { return t[0] == id }) {
			return &refusal{cause: severalCredentials}
		}
	case id == "" || secret == "":
		return &refusal{cause: noCredentials, detail: id}
	default:
		tried = append(tried, [2]string{id, secret})
	}
	if !r.issuer.system.accepts(r) {
		return &refusal{cause: noCredentials, detail: id}
	}
	why := &refusal{cause: unknownClient, detail: tried[0][0]}
	for _, t := range tried {
		for _, c := range r.issuer.options.Clients {
			if c.ID != t[0] {
				continue
			}
			if c.Secret == t[1] {
				r.client = c
				return nil
			}
			why = &refusal{cause: wrongSecret, detail: c.ID}
		}
	}
	return why
}

func (standard) accepts(*tokenRequest) bool { return true }
func (standard) challenges(bool) bool       { return true }

func (standard) headers(h http.Header) {
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
}

func (standard) grant(r *tokenRequest) (*grant, *refusal) {
	scopes, why := r.scopes()
	if why != nil {
		return nil, why
	}
	audience, why := r.audience()
	return &grant{scopes: scopes, audience: audience}, why
}

// answer is the response of RFC 6749 section 5.1. It always has the scope, which is
// required only where it differs from the request.
func (standard) answer(i *Issuer, token string, g *grant) object {
	a := object{
		{"access_token", token},
		{"token_type", "Bearer"},
		{"expires_in", i.expiresIn()},
	}
	if len(g.scopes) > 0 {
		a = append(a, member{"scope", strings.Join(g.scopes, " ")})
	}
	return a
}

// expiresIn is the lifetime of tokens in seconds.
func (i *Issuer) expiresIn() int64 { return int64(i.options.Lifetime / time.Second) }

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
		return []string{r.issuer.options.Audience}, nil
	}
	var granted []string
	for _, a := range asked {
		if !r.issuer.options.knows(a) {
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
