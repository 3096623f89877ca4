package keyring

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/bearerguard/bearerguard/middleware/internal/fetch"
	"github.com/bearerguard/bearerguard/middleware/internal/weburl"
)

// Source says where the keys of one issuer come from. If only Issuer is set, the
// issuer's own metadata decides. New copies a Source.
type Source struct {
	// Issuer is the iss of the tokens. The metadata must name it as its issuer,
	// byte for byte, unless MetadataIssuer is set.
	Issuer string

	// MetadataURL is the location of the metadata. If it is empty, these
	// locations are tried in order: Issuer with
	// /.well-known/openid-configuration appended (OpenID Connect Discovery 1.0,
	// section 4), with /.well-known/oauth-authorization-server inserted before
	// its path (RFC 8414, section 3.1), with /.well-known/smart-configuration
	// appended (SMART App Launch).
	MetadataURL string

	// MetadataIssuer is the issuer that the metadata names if that differs from
	// the iss of the tokens by design, as for the v1 tokens of Entra ID. Empty
	// means Issuer. Metadata at MetadataURL may also name Issuer as its
	// access_token_issuer, as AD FS does.
	MetadataIssuer string

	// JWKSURL is the location of the key set. With it there is no discovery, and
	// MetadataURL is not used.
	JWKSURL string

	// JWKS is the key set itself. Without JWKSURL and MetadataURL the ring never
	// uses the network. With one of them it is a seed: its keys serve until the
	// first fetch succeeds, at most 24 hours, and its first use starts that fetch.
	JWKS []byte

	// AllowHTTP allows plain http to hosts other than this one.
	AllowHTTP bool

	// RefusePrivate refuses to connect to addresses that are not public:
	// loopback, private, link-local and other special ranges. It is meant for
	// issuers whose host is in part taken from a token.
	RefusePrivate bool
}

// check returns what is wrong with the source.
func (s *Source) check() error {
	if s.Issuer == "" {
		return errors.New("set an issuer")
	}
	if s.static() {
		return nil
	}
	if s.JWKSURL != "" { // nothing else is fetched
		if err := s.checkURL(s.JWKSURL); err != nil {
			return fmt.Errorf("JWKS URL: %w", err)
		}
		return nil
	}
	if s.MetadataURL != "" {
		if err := s.checkURL(s.MetadataURL); err != nil {
			return fmt.Errorf("metadata URL: %w", err)
		}
		return nil
	}
	if err := s.checkURL(s.Issuer); err != nil {
		return fmt.Errorf("issuer: %w", err)
	}
	if strings.ContainsAny(s.Issuer, "?#") { // RFC 8414, section 2
		return errors.New("issuer: remove query and fragment: a path is appended to the URL")
	}
	return nil
}

// checkMetadataIssuer returns what is wrong with the issuer that metadata must
// name. It has to be a URL; a template with its placeholder in the host is not.
func (s *Source) checkMetadataIssuer() error {
	issuer := s.MetadataIssuer
	if issuer == "" {
		issuer = s.Issuer
	}
	control := func(c rune) bool { return c < ' ' || c == 0x7f }
	if _, err := url.Parse(issuer); err != nil || strings.ContainsFunc(issuer, control) {
		return errors.New("metadata issuer: write a URL")
	}
	return nil
}

// checkURL returns why no request may be sent to raw, nil if it may.
func (s *Source) checkURL(raw string) error {
	_, err := weburl.Parse(raw, s.AllowHTTP)
	return err
}

// static reports whether the configuration has the keys, and nothing is fetched.
func (s *Source) static() bool { return s.JWKS != nil && s.MetadataURL == "" && s.JWKSURL == "" }

// discovers reports whether metadata says where the keys are.
func (s *Source) discovers() bool { return s.JWKSURL == "" && !s.static() }

// place returns the URL that is asked for the keys, or for the metadata that says
// where they are: Issuer if neither is configured.
func (s *Source) place() string { return cmp.Or(s.JWKSURL, s.MetadataURL, s.Issuer) }

// discovery returns where the metadata may be and what it must say.
func (s *Source) discovery() *fetch.Discovery {
	return &fetch.Discovery{
		Issuer:    s.Issuer,
		Named:     s.MetadataIssuer,
		URL:       s.MetadataURL,
		AllowHTTP: s.AllowHTTP,
	}
}
