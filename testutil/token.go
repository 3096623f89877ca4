package testutil

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// token serves the token endpoint (RFC 6749 sections 3.2, 4.4 and 5).
func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	req := &tokenRequest{
		options: &i.options, url: i.url, target: i.tokenURL(), proofs: &i.proofs, at: i.Now(), http: r,
	}
	i.system.headers(w.Header())
	g, why := req.decide(i.system)
	if req.nonce != "" {
		w.Header().Set("DPoP-Nonce", req.nonce)
	}
	if why == nil {
		w.Write(i.system.answer(&i.site, i.issue(g), g).mustEncode())
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
func (r *tokenRequest) decide(s system) (*grant, *refusal) {
	if r.http.Method != http.MethodPost {
		return nil, &refusal{cause: wrongMethod, detail: r.http.Method}
	}
	if why := r.readForm(); why != nil {
		return nil, why
	}
	if why := r.authenticate(s); why != nil {
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
	g, why := s.grant(r)
	if why != nil {
		return nil, why
	}
	if r.options.binds() {
		if why := r.bind(g); why != nil {
			return nil, why
		}
	}
	g.client = r.client
	g.at = r.at
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
func (r *tokenRequest) authenticate(s system) *refusal {
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
	if !s.accepts(r) {
		return &refusal{cause: noCredentials, detail: id}
	}
	why := &refusal{cause: unknownClient, detail: tried[0][0]}
	for _, t := range tried {
		for _, c := range r.options.Clients {
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
