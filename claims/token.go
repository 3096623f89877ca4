package claims

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// A Token holds the claims of a verified access token, under the same names for
// all issuers.
//
// A Token is read-only: the handlers of all requests that carry the same bearer
// token share one Token. It is safe for concurrent use as long as its fields and
// slices are not modified. Package middleware decides on a Token of its own, so a
// handler that modifies this one changes what other handlers read, and no decision.
//
// Its strings and lists stay valid for as long as they are referred to. They are
// in the memory of the Token or of its payload, never in that of a request or of
// a buffer that is used again. One of them keeps the others in memory.
//
// Package middleware returns a Token only after it has verified the signature,
// the issuer, the audience and the times. Scopes and roles say what the caller
// may do; a route requires them with package scopes.
//
// Printing, logging and JSON encoding show the issuer, the client, the tenant,
// the source system, the kind and the expiry at most. The other fields may
// identify a person.
type Token struct {
	// Issuer is the iss claim, equal byte for byte to the configured issuer.
	Issuer string `json:"issuer"`
	// Subject is the sub claim, or the claim that the dialect reads instead. It
	// is unique only together with Issuer (RFC 8725, section 3.8), and empty in
	// many client tokens.
	Subject string `json:"-"`
	// ClientID identifies the OAuth client that obtained the token (RFC 9068,
	// section 2.2). It is empty if the token does not name the client.
	ClientID string `json:"client_id"`
	// Tenant is the customer for whom the client acts. The dialect or the API's
	// owner defines where it comes from. It is empty if unknown or ambiguous.
	Tenant string `json:"tenant"`
	// SourceSystem is the system that the client acts for. The dialect or the
	// API's owner defines where it comes from. It is empty if unknown or
	// ambiguous.
	SourceSystem string `json:"source_system"`
	// ID is the jti claim, or the claim that the dialect reads instead.
	ID string `json:"-"`

	// Audience is the aud claim. A string becomes a list of one.
	Audience []string `json:"-"`
	// Scopes are the granted scopes in the token's order, without duplicates.
	Scopes []string `json:"-"`
	// Roles are the roles that the dialect reads, without duplicates.
	Roles []string `json:"-"`
	// Groups are the groups that the dialect reads, without duplicates.
	Groups []string `json:"-"`

	// Kind tells whether a client acts for itself or for a person.
	Kind Kind `json:"kind"`

	// IssuedAt is the iat claim, the zero time if absent.
	IssuedAt time.Time `json:"-"`
	// NotBefore is the nbf claim, the zero time if absent.
	NotBefore time.Time `json:"-"`
	// Expiry is the exp claim. It is always set.
	Expiry time.Time `json:"expiry"`
	// AuthTime is the auth_time claim, the zero time if absent.
	AuthTime time.Time `json:"-"`

	// ACR is the authentication context class (RFC 9470, section 6.1). It is
	// empty if the claim is absent or not a string.
	ACR string `json:"-"`
	// AMR are the authentication methods (RFC 8176), nil if absent or not strings.
	AMR []string `json:"-"`

	// KeyThumbprint is the thumbprint of the key with which the caller has to prove that
	// the token is its own (jkt, RFC 9449, section 6.1). It is empty if the token is bound
	// to no such key.
	KeyThumbprint string `json:"-"`
	// CertificateThumbprint is the hash of the client certificate that the token is bound
	// to (x5t#S256, RFC 8705, section 3.1). It is empty if there is none.
	CertificateThumbprint string `json:"-"`

	// segment is the payload in base64url, for Get and Decode: a substring of
	// the token as it was received. The signature is not part of it.
	segment string
}

// Kind tells for whom a token was issued. The zero Kind means that the dialect
// cannot tell.
type Kind uint8

const (
	_ Kind = iota
	// KindClient means that a client acts for itself (RFC 6749, section 4.4), or a
	// workload without a client, which Subject names.
	KindClient
	// KindUser means that the client acts for a person.
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

// MarshalText implements encoding.TextMarshaler with the words of String.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

var errNoPayload = errors.New("claims: the token has no payload")

// Decode unmarshals the whole claims set into v, as encoding/json does. The
// claims set has no duplicate names, but encoding/json matches the names of
// struct fields in any case. Use Get for a claim that decides something.
//
// Decode returns an error if the payload does not fit v, and for a Token without
// a payload: a nil one, or one that a test has built.
func (t *Token) Decode(v any) error {
	payload, err := t.payload()
	if err != nil {
		return err
	}
	return json.Unmarshal(payload, v)
}

// Get returns the claim at path, decoded into a T as encoding/json does. It
// returns false if the claim is absent, null or of another type, or if t is nil.
//
// A path has one element for each level of the claims set, and names must match
// exactly. Dots, colons and slashes are part of a name:
//
//	dept, ok := claims.Get[string](token, "https://example.com/department")
func Get[T any](t *Token, path ...string) (T, bool) {
	var value, zero T
	payload, err := t.payload()
	if err != nil {
		return zero, false
	}
	object, err := strictjson.Parse(payload, nil)
	if err != nil {
		return zero, false
	}
	raw, ok := object.Lookup(path...)
	if !ok || string(raw) == "null" {
		return zero, false
	}
	if err := json.Unmarshal(raw, &value); err != nil {
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

// LogValue implements slog.LogValuer. The group has the members of the JSON
// form. A nil Token logs as nil.
func (t *Token) LogValue() slog.Value {
	if t == nil {
		return slog.Value{}
	}
	return slog.GroupValue(
		slog.String("issuer", t.Issuer),
		slog.String("client_id", t.ClientID),
		slog.String("tenant", t.Tenant),
		slog.String("source_system", t.SourceSystem),
		slog.String("kind", t.Kind.String()),
		slog.Time("expiry", t.Expiry),
	)
}

// Format implements fmt.Formatter: every verb, %#v included, prints the issuer,
// the client and the kind. The receiver is a value so that a Token inside
// another value is covered; package fmt prints a nil *Token as "<nil>".
func (t Token) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "claims.Token{Issuer:%q ClientID:%q Kind:%v}", t.Issuer, t.ClientID, t.Kind)
}
