// Package payloadfile reads the token payloads in claims/testdata/payloads, each
// with the dialect and configuration it is for and what it must give. Only tests
// use it: those of package claims ask a dialect, those of package middleware sign
// the payload and send it through a guard.
package payloadfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
)

// A File is one payload file.
type File struct {
	Name        string          `json:"-"`           // the file's, without ".json"
	Description string          `json:"description"` // what is special about it
	Dialect     string          `json:"dialect"`     // the Name of the dialect, "standard" for the zero one
	Config      Config          `json:"config"`      // what the API's owner configured
	Now         int64           `json:"now"`         // the API's time, seconds since 1970
	Header      json.RawMessage `json:"header"`      // the token's JOSE header
	Claims      json.RawMessage `json:"claims"`      // its claims set
	Expect      *Expect         `json:"expect"`      // what the dialect reads, nil if it refuses
	Refused     string          `json:"refused"`     // the middleware.Reason of the refusal, empty if accepted
}

// A Config is what an API's owner says about the issuer, and where the owner's
// claims are.
type Config struct {
	Issuer        string   `json:"issuer"`
	Tenants       []string `json:"tenants"` // if Issuer is a template
	Algorithms    []string `json:"algorithms"`
	KeyIssuer     string   `json:"key_issuer"`     // the issuer that the key itself names
	MissingIssuer bool     `json:"missing_issuer"` // accept tokens without iss

	Audiences           []string `json:"audiences"`
	AudienceFromClients []string `json:"audience_from_clients"`
	AudienceFromScope   string   `json:"audience_from_scope"`

	Roles              [][]string                   `json:"roles"`
	Tenant             [][]string                   `json:"tenant"`
	SourceSystem       [][]string                   `json:"source_system"`
	TenantPrefix       string                       `json:"tenant_prefix"`
	SourceSystemPrefix string                       `json:"source_system_prefix"`
	ScopePrefix        string                       `json:"scope_prefix"`
	Clients            map[string]claims.ClientInfo `json:"clients"`
}

// An Expect is the token that a payload must give. An absent member must be
// empty.
type Expect struct {
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

// Load reads all files of dir, in the order of their names. A member that File
// does not know is an error, so that a misspelled expectation cannot pass.
func Load(dir string) ([]File, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	var files []File
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f := File{Name: strings.TrimSuffix(filepath.Base(path), ".json")}
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&f); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no payload files in %s", dir)
	}
	return files, nil
}

// Configured returns the file's dialect with the owner's changes.
func (f *File) Configured() (claims.Dialect, error) {
	d, err := dialects.ByName(f.Dialect)
	if err != nil {
		return claims.Dialect{}, fmt.Errorf("%s: %w", f.Name, err)
	}
	c := &f.Config
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
	d.Clients = c.Clients
	return d, nil
}

// Differences lists in which fields t is not as expected.
func (e *Expect) Differences(t *claims.Token) []string {
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
