package claimstest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/claimserr"
)

// A payloadFile is the content of a payload file.
type payloadFile struct {
	Description string         `json:"description"`
	Dialect     string         `json:"dialect"`
	Config      config         `json:"config"`
	Claims      claims.Payload `json:"claims"`
	Expect      *expectation   `json:"expect"`
	Refused     string         `json:"refused"`

	Now    any `json:"now"`    // not used
	Header any `json:"header"` // not used
}

// A config holds the changes of a dialect and the audiences of the API.
type config struct {
	Audiences          []string                     `json:"audiences"`
	Roles              [][]string                   `json:"roles"`
	Tenant             [][]string                   `json:"tenant"`
	SourceSystem       [][]string                   `json:"source_system"`
	TenantPrefix       string                       `json:"tenant_prefix"`
	SourceSystemPrefix string                       `json:"source_system_prefix"`
	ScopePrefix        string                       `json:"scope_prefix"`
	Anonymous          bool                         `json:"anonymous"`
	IgnoreMarks        [][]string                   `json:"ignore_marks"`
	Clients            map[string]claims.ClientInfo `json:"clients"`

	// Not used.
	Issuer              any `json:"issuer"`
	Tenants             any `json:"tenants"`
	TenantFromClaims    any `json:"tenant_from_claims"`
	Algorithms          any `json:"algorithms"`
	KeyIssuer           any `json:"key_issuer"`
	MissingIssuer       any `json:"missing_issuer"`
	AudienceFromClients any `json:"audience_from_clients"`
	AudienceFromScope   any `json:"audience_from_scope"`
}

// An expectation is the token that the dialect must read.
type expectation struct {
	ClientID     string   `json:"client_id"`
	Subject      string   `json:"subject"`
	Tenant       string   `json:"tenant"`
	SourceSystem string   `json:"source_system"`
	Kind         string   `json:"kind"`
	Scopes       []string `json:"scopes"`
	Roles        []string `json:"roles"`
	Groups       []string `json:"groups"`
	Audience     []string `json:"audience"`
}

// parse parses the content of a payload file.
func parse(content []byte) (*payloadFile, error) {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	f := new(payloadFile)
	if err := decoder.Decode(f); err != nil {
		return nil, err
	}
	if f.Expect == nil && refusals[f.Refused] == nil {
		return nil, fmt.Errorf("a dialect cannot reject a token as %q: add expect, or correct refused", f.Refused)
	}
	return f, nil
}

// refusals are the errors of a dialect by the reasons that package middleware
// makes of them.
var refusals = map[string]error{
	"malformed_token":  claimserr.ErrMalformed,
	"not_access_token": claimserr.ErrNotAccess,
	"rejected":         claimserr.ErrRejected,
}

// configure applies the changes in c to d.
func (c *config) configure(d *claims.Dialect) {
	if c.Roles != nil {
		d.Roles = c.Roles
	}
	if c.Tenant != nil {
		d.Tenant = c.Tenant
	}
	if c.SourceSystem != nil {
		d.SourceSystem = c.SourceSystem
	}
	if c.TenantPrefix != "" {
		d.TenantPrefix = c.TenantPrefix
	}
	if c.SourceSystemPrefix != "" {
		d.SourceSystemPrefix = c.SourceSystemPrefix
	}
	if c.ScopePrefix != "" {
		d.ScopePrefix = c.ScopePrefix
	}
	if c.Anonymous {
		d.Anonymous = true
	}
	if c.IgnoreMarks != nil {
		d.DangerouslyIgnoreMarks = c.IgnoreMarks
	}
	if c.Clients != nil {
		d.Clients = c.Clients
	}
}

// check reads the claims with d. It returns the token, nil if d rejects the
// claims, and how the result differs from the file's expectation.
func (f *payloadFile) check(d *claims.Dialect) (*claims.Token, []string) {
	token, err := d.Token(f.Claims, f.Config.Audiences...)
	switch {
	case f.Expect != nil && err != nil:
		return nil, []string{fmt.Sprintf("the dialect rejects the token: %v", err)}
	case f.Expect != nil:
		return token, f.Expect.differences(token)
	case err == nil:
		return token, []string{fmt.Sprintf("the dialect accepts the token, want it rejected as %q", f.Refused)}
	}
	if want := refusals[f.Refused]; !errors.Is(err, want) {
		return nil, []string{fmt.Sprintf("the dialect rejects the token with %q, want %q", err, want)}
	}
	return nil, nil
}

// differences lists the fields of t that are not as expected.
func (e *expectation) differences(t *claims.Token) []string {
	var differences []string
	for _, field := range []struct{ name, got, want string }{
		{"ClientID", t.ClientID, e.ClientID},
		{"Subject", t.Subject, e.Subject},
		{"Tenant", t.Tenant, e.Tenant},
		{"SourceSystem", t.SourceSystem, e.SourceSystem},
		{"Kind", t.Kind.String(), e.Kind},
	} {
		if field.got != field.want {
			differences = append(differences, fmt.Sprintf("%s = %q, want %q", field.name, field.got, field.want))
		}
	}
	for _, field := range []struct {
		name      string
		got, want []string
	}{
		{"Scopes", t.Scopes, e.Scopes},
		{"Roles", t.Roles, e.Roles},
		{"Groups", t.Groups, e.Groups},
		{"Audience", t.Audience, e.Audience},
	} {
		if !slices.Equal(field.got, field.want) {
			differences = append(differences, fmt.Sprintf("%s = %q, want %q", field.name, field.got, field.want))
		}
	}
	return differences
}
