package claims

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// A Token is what a verified access token says, in one vocabulary for all
// issuers. It is read-only: the same Token is shared by every request that
// carries the same bearer token, so neither it nor its slices may be changed.
// It is safe for concurrent use as long as that rule is kept.
//
// Its strings and slices stay valid for as long as they are referred to: they are in
// the memory of the Token or of its payload, never in that of a request or of a buffer
// that is used again. One of them keeps the others in memory.
//
// A Token exists only after its signature, issuer, audience and times were
// checked. What its bearer may do is a matter of scopes and roles, which a
// route demands through package scopes.
type Token struct {
	// Issuer is the iss claim, equal byte for byte to the configured issuer.
	Issuer string
	// Subject is the sub claim, or what the dialect reads instead. It is empty
	// for many client tokens and unique only together with Issuer
	// (RFC 8725, section 3.8).
	Subject string
	// ClientID identifies the OAuth client that obtained the token
	// (RFC 9068, section 2.2). It is empty if the issuer does not say.
	ClientID string
	// Tenant is the customer on whose behalf the client acts, as the dialect
	// or the API's owner defines it. It is empty if unknown or ambiguous.
	Tenant string
	// SourceSystem is the system that the client speaks for, as the dialect or
	// the API's owner defines it. It is empty if unknown or ambiguous.
	SourceSystem string
	// ID is the jti claim, or what the dialect reads instead.
	ID string

	// Audience is the aud claim; a string counts as an array of one.
	Audience []string
	// Scopes are the granted scopes, without duplicates, in the token's order.
	Scopes []string
	// Roles are the roles that the dialect reads, without duplicates.
	Roles []string
	// Groups are the groups that the dialect reads, without duplicates.
	Groups []string

	// Kind tells a client's own token from one that stands for a person.
	Kind Kind

	// IssuedAt, NotBefore, Expiry and AuthTime are the claims iat, nbf, exp and
	// auth_time; a claim that is absent is the zero time. Only Expiry is always
	// set.
	IssuedAt, NotBefore, Expiry, AuthTime time.Time

	// ACR is the authentication context class (RFC 9470, section 6.1), empty if
	// the token has none or has one that is not a string.
	ACR string
	// AMR are the authentication methods (RFC 8176), nil if the token has none.
	AMR []string

	// segment is the payload as it was received, base64url, kept so that Get
	// and Decode can read claims that have no field. It holds no signature.
	segment string
}

// Kind tells who a token speaks for.
type Kind uint8

const (
	// Unknown is the kind of a token whose dialect cannot tell.
	KindUnknown Kind = iota
	// Client is the kind of a token that a client obtained for itself
	// (RFC 6749, section 4.4).
	KindClient
	// User is the kind of a token that stands for a person.
	KindUser
)

// String returns "unknown", "client" or "user".
func (k Kind) String() string {
	switch k {
	case KindClient:
		return "client"
	case KindUser:
		return "user"
	}
	return "unknown"
}

// errNoPayload is what Decode answers for a Token that was not read from a
// payload, as tests build them.
var errNoPayload = errors.New("claims: the token has no payload")

// Decode unmarshals the whole payload into v, as encoding/json does. The
// payload was read strictly before, so no name in it is repeated; struct fields
// still match names in any case, which is why Get is the better choice for a
// claim that decides anything.
func (t *Token) Decode(v any) error {
	payload, err := t.payload()
	if err != nil {
		return err
	}
	return json.Unmarshal(payload, v)
}

// Get returns the claim at path as a T, decoded as encoding/json does, and
// whether it is there and has that type. Names are matched exactly, and one
// element of path is one name, whatever dots, colons or slashes it holds:
//
//	dept, ok := claims.Get[string](token, "https://example.com/department")
func Get[T any](t *Token, path ...string) (T, bool) {
	var value T
	payload, err := t.payload()
	if err != nil {
		return value, false
	}
	object, err := strictjson.Parse(payload, nil)
	if err != nil {
		return value, false
	}
	raw, ok := object.Lookup(path...)
	if !ok || string(raw) == "null" {
		return value, false
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		var zero T
		return zero, false
	}
	return value, true
}

func (t *Token) payload() ([]byte, error) {
	if t == nil || t.segment == "" {
		return nil, errNoPayload
	}
	return strictjson.DecodeBase64URL(nil, t.segment)
}

// LogValue implements slog.LogValuer. It names issuer, client, tenant, source
// system, kind and expiry, and nothing that could identify a person.
func (t Token) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("issuer", t.Issuer),
		slog.String("client_id", t.ClientID),
		slog.String("tenant", t.Tenant),
		slog.String("source_system", t.SourceSystem),
		slog.String("kind", t.Kind.String()),
		slog.Time("expiry", t.Expiry),
	)
}

// MarshalJSON implements json.Marshaler, because that is how many loggers write
// what they are given: it has the members of LogValue and no others. What a
// token says to its own bearer is package middleware's AuthorizationStatus.
func (t Token) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Issuer       string    `json:"issuer"`
		ClientID     string    `json:"client_id"`
		Tenant       string    `json:"tenant"`
		SourceSystem string    `json:"source_system"`
		Kind         string    `json:"kind"`
		Expiry       time.Time `json:"expiry"`
	}{t.Issuer, t.ClientID, t.Tenant, t.SourceSystem, t.Kind.String(), t.Expiry})
}

// Format implements fmt.Formatter, so that no verb, %#v and %+v included,
// prints a claim that LogValue would not.
func (t Token) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "claims.Token{Issuer:%q ClientID:%q Kind:%v}", t.Issuer, t.ClientID, t.Kind)
}
