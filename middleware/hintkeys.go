package middleware

import (
	"context"
	"errors"
	"strings"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// hintAlgorithm returns what to do about an alg that the issuer's tokens may not have.
// It names the algorithm only if the library knows it.
func hintAlgorithm(name string) string {
	if jws.ByName(name) != nil {
		return "add \"" + name + "\" to Issuer.Algorithms if the issuer signs with it: " +
			"it is the token's algorithm, and none of the accepted ones"
	}
	if strings.EqualFold(name, "none") {
		return hintUnsigned
	}
	for _, secret := range []string{"HS256", "HS384", "HS512"} {
		if name == secret {
			return hintSharedSecret + "; alg is " + secret
		}
	}
	for _, known := range jws.Names() {
		if strings.EqualFold(name, known) {
			return hintAlgorithmCase
		}
	}
	return hintNoAlgorithm
}

// hintNoKeys returns what to do if there are no keys for a token, with the error of
// package keyring, "" if the token alone decides that.
func hintNoKeys(err error) (hint string, quiet bool) {
	var unavailable *keyring.UnavailableError
	switch {
	case err == keyring.ErrUnknownKey, errors.Is(err, context.Canceled):
		return "", false
	case errors.As(err, &unavailable) && unavailable.Fault == "":
		return hintKeysLate, false
	case errors.As(err, &unavailable):
		return adviseFault(unavailable.Fault) + " (" + string(unavailable.Fault) + ")", false
	case errors.Is(err, keyring.ErrNoTenant):
		return hintNoTenant, true
	case errors.Is(err, keyring.ErrAlgorithm):
		return hintKeyAlgorithm, true
	}
	return "", false
}

// adviseFault returns what to do about a fault of an issuer's metadata or key set.
func adviseFault(f fault.Fault) string {
	if advice := faultAdvice[f]; advice != "" {
		return advice
	}
	return "look at the issuer's metadata and key set"
}

// faultAdvice holds what to do about every fault.
var faultAdvice = map[fault.Fault]string{
	fault.ConnectionRefused: "start the issuer's server, or correct its address in Issuer: " +
		"nothing accepts connections there",
	fault.DNS: "look at the resolver of this machine: it does not respond",
	fault.NoSuchHost: "correct the host in Issuer.URL, MetadataURL or JWKSURL: " +
		"its name does not exist",
	fault.TLS: "have this machine trust the issuer's certificate, or have the issuer correct it: " +
		"no TLS connection came about",
	fault.Timeout: "look at the issuer's server and the network to it: it did not respond in time",
	fault.Network: "look at the network to the issuer, and at the proxy if there is one: " +
		"the connection failed",
	fault.PrivateAddress: "list the tenants in Issuer.Tenants, or set " +
		"Issuer.DangerouslyAllowPrivateAddresses: " +
		"the address is private, and tokens choose the host",
	fault.Redirect: "write the address that the redirect leads to into Issuer.MetadataURL or JWKSURL: " +
		"redirects are not followed",
	fault.RateLimited: "have the issuer accept more requests from this API: it responded with status 429",
	fault.NotFound: "correct Issuer.URL, or set MetadataURL or JWKSURL: " +
		"there is no document where one is looked for",
	fault.Status4xx: "have the issuer serve its metadata and keys to this API, or send what it demands: " +
		"it responded with a status of 4xx",
	fault.Status5xx:   "look at the issuer's server: it responded with a status of 5xx",
	fault.OtherStatus: "look at what the issuer's server responds: its status is not 200",
	fault.TooLarge: "have the issuer publish a shorter document, or correct the address in " +
		"Issuer: it is too long",
	fault.Internal: "report it as a fault of bearerguard or of the transport: a panic ended the fetch",
	fault.NotJSON: "correct the address in Issuer.URL, MetadataURL or JWKSURL: " +
		"it leads to a page, such as one to log in, and not to JSON",
	fault.MalformedJSON: "have the issuer publish valid JSON, with each name once and in UTF-8",
	fault.NotKeySet: "correct Issuer.JWKSURL, or the jwks_uri of the metadata: " +
		"what is there is JSON, but no key set",
	fault.NoKeys: "have the issuer publish its keys: the key set is empty",
	fault.NoUsableKeys: "have the issuer publish a public key for signatures: " +
		"the remarks say of each key why it is none",
	fault.TooManyKeys: "have the issuer publish fewer keys, or correct the address in Issuer",
	fault.PrivateKeys: "have the issuer replace its keys and publish public ones only: " +
		"it has published the private part of each",
	fault.IssuerMismatch: "set Issuer.URL to the issuer that the metadata names, or " +
		"Issuer.MetadataIssuer " +
		"if tokens and metadata differ by design: the metadata names another issuer",
	fault.NoJWKSURI:  "set Issuer.JWKSURL: the metadata has no jwks_uri",
	fault.BadJWKSURI: "set Issuer.JWKSURL: the jwks_uri of the metadata is no https URL",
}
