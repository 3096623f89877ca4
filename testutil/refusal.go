package testutil

import "net/http"

// A refusal is why a token request gets no token. Each system has its own response
// for it.
type refusal struct {
	cause  cause
	detail string // the parameter, scope, client... in question; not always told
}

type cause int

const (
	wrongMethod cause = iota
	malformedRequest
	repeatedParameter
	missingParameter
	severalCredentials
	noCredentials
	unknownClient
	wrongSecret
	grantNotAllowed
	unsupportedGrant
	badScope
	badTarget
	unknownTenant // only where the path names one
	badProof      // detail says what is wrong with the DPoP proof
	nonceNeeded
)

// A refusalForm is the response for one cause.
type refusalForm struct {
	status            int
	code, description string // an empty description is left out
}

// body returns the members of an error response in the order of RFC 6749
// section 5.2.
func (f refusalForm) body() object {
	b := object{{"error", f.code}}
	if f.description != "" {
		b = append(b, member{"error_description", f.description})
	}
	return b
}

// standardRefusals follow RFC 6749 section 5.2, and RFC 8707 section 2 for
// badTarget, and RFC 9449 sections 5 and 8 for the last two.
var standardRefusals = map[cause]refusalForm{
	wrongMethod:        {http.StatusMethodNotAllowed, "invalid_request", "The token endpoint takes POST only."},
	malformedRequest:   {http.StatusBadRequest, "invalid_request", "Parameters must be form-encoded UTF-8 in the body."},
	repeatedParameter:  {http.StatusBadRequest, "invalid_request", "A parameter is repeated."},
	missingParameter:   {http.StatusBadRequest, "invalid_request", "A required parameter is missing."},
	severalCredentials: {http.StatusBadRequest, "invalid_request", "The client must authenticate in one way only."},
	noCredentials:      {http.StatusUnauthorized, "invalid_client", "The client must authenticate."},
	unknownClient:      {http.StatusUnauthorized, "invalid_client", "Client authentication failed."},
	wrongSecret:        {http.StatusUnauthorized, "invalid_client", "Client authentication failed."},
	grantNotAllowed:    {http.StatusBadRequest, "unauthorized_client", "The client may not use this grant type."},
	unsupportedGrant:   {http.StatusBadRequest, "unsupported_grant_type", "Only client_credentials is supported."},
	badScope:           {http.StatusBadRequest, "invalid_scope", "A requested scope is unknown, malformed or not this client's."},
	badTarget:          {http.StatusBadRequest, "invalid_target", "The requested resource is unknown or malformed."},
	badProof:           {http.StatusBadRequest, "invalid_dpop_proof", "The DPoP proof is missing or invalid: "},
	nonceNeeded:        {http.StatusBadRequest, "use_dpop_nonce", "The DPoP proof needs the nonce of the DPoP-Nonce field."},
}
