package middleware

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/claims"
)

// An authorizationStatus tells the bearer of a token what the token says. It holds
// neither the token nor a claim that the Dialect does not read. The order of the fields
// is that of the JSON members.
type authorizationStatus struct {
	ClientID     string   `json:"client_id"`
	Tenant       string   `json:"tenant"`
	SourceSystem string   `json:"source_system"`
	Scopes       []string `json:"scopes"`

	Subject   string   `json:"subject,omitempty"`
	Issuer    string   `json:"issuer,omitempty"`
	Audience  []string `json:"audience,omitempty"`
	Roles     []string `json:"roles,omitempty"`
	TokenID   string   `json:"token_id,omitempty"`
	Bound     *binding `json:"cnf,omitempty"`
	IssuedAt  string   `json:"issued_at,omitempty"` // UTC, RFC 3339
	ExpiresAt string   `json:"expires_at,omitempty"`
	ExpiresIn int64    `json:"expires_in"` // whole seconds, never negative
}

// A binding says to which keys the token is bound, as the cnf claim does (RFC 7800).
type binding struct {
	Key         string `json:"jkt,omitempty"`
	Certificate string `json:"x5t#S256,omitempty"`
}

// statusOf returns the status of t at the time now.
func statusOf(t *claims.Token, now time.Time) authorizationStatus {
	s := authorizationStatus{
		ClientID: t.ClientID, Tenant: t.Tenant, SourceSystem: t.SourceSystem, Scopes: t.Scopes,
		Subject: t.Subject, Issuer: t.Issuer, Audience: t.Audience, Roles: t.Roles, TokenID: t.ID,
		ExpiresAt: t.Expiry.UTC().Format(time.RFC3339),
		ExpiresIn: max(0, int64(t.Expiry.Sub(now)/time.Second)),
	}
	if t.KeyThumbprint != "" || t.CertificateThumbprint != "" {
		s.Bound = &binding{t.KeyThumbprint, t.CertificateThumbprint}
	}
	if s.Scopes == nil {
		s.Scopes = []string{}
	}
	if !t.IssuedAt.IsZero() {
		s.IssuedAt = t.IssuedAt.UTC().Format(time.RFC3339)
	}
	return s
}

// statusNames are the members of an authorizationStatus, in order.
var statusNames = func() []string {
	var names []string
	for field := range reflect.TypeFor[authorizationStatus]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}()

// withMembers returns s, or s as JSON with other member names if there are names, and with
// more members behind its own, sorted. A further member that has the name of one of s, or a
// value that encoding/json cannot write, is left out.
func (s authorizationStatus) withMembers(names map[string]string, more map[string]any) any {
	if len(names) == 0 && len(more) == 0 {
		return s
	}
	text, _ := json.Marshal(s) // strings and numbers: cannot fail
	var members map[string]json.RawMessage
	_ = json.Unmarshal(text, &members)
	object := statusObject{taken: map[string]bool{}}
	for _, name := range statusNames {
		value, ok := members[name]
		if other := names[name]; other != "" {
			name = other
		}
		if object.taken[name] = true; ok {
			object.add(name, value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(more)) {
		if value, err := json.Marshal(more[name]); err == nil && !object.taken[name] {
			object.add(name, value)
		}
	}
	return json.RawMessage(append(append([]byte{'{'}, object.text.Bytes()...), '}'))
}

// A statusObject is the text of a JSON object without its braces, and the names that no
// further member may have.
type statusObject struct {
	text  bytes.Buffer
	taken map[string]bool
}

func (o *statusObject) add(name string, value []byte) {
	if o.text.Len() > 0 {
		o.text.WriteByte(',')
	}
	key, _ := json.Marshal(name)
	fmt.Fprintf(&o.text, "%s:%s", key, value)
}

// checkStatusNames reports what is wrong with Config.StatusNames.
func checkStatusNames(errs *configErrors, names map[string]string) {
	taken := map[string]bool{}
	for _, name := range statusNames {
		other, ok := names[name]
		if !ok {
			other = name
		}
		if other == "" || taken[other] {
			errs.add("StatusNames", other, "give every member a name of its own")
		}
		taken[other] = true
	}
	for name := range names {
		if !slices.Contains(statusNames, name) {
			errs.add("StatusNames", name, "name a member of the authorization status: "+strings.Join(statusNames, ", "))
		}
	}
}
