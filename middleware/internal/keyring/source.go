package keyring

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bearerguard/bearerguard/middleware/internal/weburl"
)

// Source says where the keys of one issuer come from. Exactly the issuer's own
// metadata decides if nothing but Issuer is set. A Source is copied by New.
type Source struct {
	// Issuer is the iss of the tokens. It is also what the metadata must name
	// as its issuer, byte for byte, unless MetadataIssuer is set.
	Issuer string

	// MetadataURL is the location of the metadata. If it is empty, these are
	// tried until one is there: Issuer with /.well-known/openid-configuration
	// appended (OpenID Connect Discovery 1.0, section 4), with
	// /.well-known/oauth-authorization-server inserted before its path (RFC
	// 8414, section 3.1), with /.well-known/smart-configuration appended (SMART
	// App Launch).
	MetadataURL string

	// MetadataIssuer is the issuer that the metadata names where that differs
	// from the iss of the tokens by design, as with Entra ID's v1 tokens. The
	// empty string means Issuer. Metadata at an explicit MetadataURL may also
	// name Issuer as its access_token_issuer, as AD FS does.
	MetadataIssuer string

	// JWKSURL is the location of the key set. Without MetadataURL there is no
	// discovery then; with it, JWKSURL is used if the metadata has no jwks_uri.
	JWKSURL string

	// JWKS is the key set itself: the ring then never uses the network.
	JWKS []byte

	// AllowHTTP allows plain http to other hosts than this one.
	AllowHTTP bool

	// RefusePrivate refuses to connect to addresses that are not public:
	// loopback, private, link-local and other special ranges. It is meant for
	// issuers whose host is in part taken from a token.
	RefusePrivate bool
}

// check returns what is wrong with the source.
func (s *Source) check() error {
	if s.Issuer == "" {
		return errors.New("keyring: no issuer")
	}
	if s.JWKS != nil {
		return nil
	}
	if s.JWKSURL != "" {
		if err := s.checkURL(s.JWKSURL); err != nil {
			return fmt.Errorf("keyring: JWKS URL: %w", err)
		}
	}
	if s.MetadataURL != "" {
		if err := s.checkURL(s.MetadataURL); err != nil {
			return fmt.Errorf("keyring: metadata URL: %w", err)
		}
	}
	if s.JWKSURL != "" || s.MetadataURL != "" {
		return nil
	}
	if err := s.checkURL(s.Issuer); err != nil {
		return fmt.Errorf("keyring: issuer: %w", err)
	}
	if strings.ContainsAny(s.Issuer, "?#") { // RFC 8414, section 2
		return errors.New("keyring: issuer: query or fragment in a URL to which a path is appended")
	}
	return nil
}

// checkURL returns why no request may be sent to raw, nil if it may.
func (s *Source) checkURL(raw string) error {
	_, err := weburl.Parse(raw, s.AllowHTTP)
	return err
}

// discovers reports whether the keys' location comes from metadata.
func (s *Source) discovers() bool {
	return s.JWKS == nil && (s.MetadataURL != "" || s.JWKSURL == "")
}

// metadataIssuer is the issuer that metadata must name.
func (s *Source) metadataIssuer() string {
	if s.MetadataIssuer != "" {
		return s.MetadataIssuer
	}
	return s.Issuer
}

// form is one of the places where metadata may be.
type form uint8

const (
	formExplicit form = iota
	formOpenID
	formOAuth
	formSMART
)

// location is a metadata URL to try.
type location struct {
	form form
	url  string
}

// locations returns the places to look for metadata, in order. A source that
// passed check has no error.
func (s *Source) locations() []location {
	if s.MetadataURL != "" {
		return []location{{formExplicit, s.MetadataURL}}
	}
	base := strings.TrimSuffix(s.Issuer, "/")
	return []location{
		{formOpenID, base + "/.well-known/openid-configuration"},
		{formOAuth, insertWellKnown(base)},
		{formSMART, base + "/.well-known/smart-configuration"},
	}
}

// insertWellKnown puts RFC 8414's well-known segment between host and path.
func insertWellKnown(issuer string) string {
	const segment = "/.well-known/oauth-authorization-server"
	_, rest, _ := strings.Cut(issuer, "://")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		host := len(issuer) - len(rest) + i
		return issuer[:host] + segment + issuer[host:]
	}
	return issuer + segment
}
