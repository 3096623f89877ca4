package middleware

import (
	"errors"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/internal/claimserr"
)

// hintClaimsError returns what to do about claims that a Dialect did not read, with the
// error that it returned.
func hintClaimsError(err error, p claims.Payload) string {
	var malformed *claimserr.MalformedError
	var other *claimserr.NotAccessError
	var rejected *claimserr.RejectedError
	switch {
	case errors.As(err, &malformed):
		return hintMalformed(malformed)
	case errors.As(err, &other):
		return hintMark(other)
	case errors.As(err, &rejected):
		return "compare the token with the rule of Dialect.Reject about the claim " + dotted(rejected.Claim) +
			": it holds"
	case errors.Is(err, claimserr.ErrRejected):
		return hintRule
	case errors.Is(err, claimserr.ErrNotAccess):
		return hintMarks(p)
	case errors.Is(err, claimserr.ErrMalformed):
		return hintClaims
	}
	return ""
}

// hintMalformed returns what to do about a claim of the wrong type or value.
func hintMalformed(e *claimserr.MalformedError) string {
	name := dotted(e.Claim)
	switch {
	case name == "":
		return hintClaims
	case e.Found == "nothing":
		return "have the issuer write " + name + ": the token has none"
	case e.Want != "":
		return "have the issuer write " + name + " as " + withArticle(e.Want) + ": it is " +
			withArticle(e.Found)
	case e.Found != "":
		return "have the issuer write a value into " + name + ": it is " + withArticle(e.Found)
	case slices.Contains([]string{"exp", "nbf", "iat"}, name):
		return "have the issuer write " + name + " in seconds since 1970: its value is out of range, " +
			"as one in milliseconds is"
	}
	return "have the issuer write a value that is not empty into " + name + ", or leave it out"
}

// otherTokens names the kinds of claimserr.NotAccessError.
var otherTokens = map[string]string{
	"id":            "an ID token",
	"refresh":       "a refresh token",
	"logout":        "a logout token",
	"event":         "a security event token",
	"introspection": "an introspection response",
	"proof":         "a proof of possession",
	"other":         "a token of another kind",
}

// hintMark returns what to do about a token with the mark of another kind.
func hintMark(e *claimserr.NotAccessError) string {
	name := dotted(e.Claim)
	kind, ok := otherTokens[e.Kind]
	if !ok {
		return hintOwnMark + name
	}
	return hintOtherToken + kind + ", as its claim " + name +
		" says; set Dialect.DangerouslyIgnoreMarks or NotAccess " +
		"if the issuer writes that into access tokens too"
}

// hintMarks is hintMark for an error that does not name the mark.
func hintMarks(p claims.Payload) string {
	for _, name := range []string{"nonce", "at_hash", "c_hash"} {
		if _, ok := p.Lookup(name); ok {
			return hintIDToken
		}
	}
	if saysID(text(p, "typ")) || saysID(text(p, "token_use")) {
		return hintIDToken
	}
	return hintOtherToken + otherTokens["other"]
}

func saysID(s string) bool { return strings.EqualFold(s, "id") || s == "id_token" }

// otherTypes are the values of typ that other tokens have, as package jws returns them.
var otherTypes = map[string]string{
	"id_token+jwt":              "an ID token",
	"logout+jwt":                "a logout token",
	"refresh+jwt":               "a refresh token",
	"rt+jwt":                    "a refresh token",
	"secevent+jwt":              "a security event token",
	"token-introspection+jwt":   "an introspection response",
	"dpop+jwt":                  "a proof of possession",
	"oauth-authz-req+jwt":       "an authorization request",
	"client-authentication+jwt": "a client's assertion",
	"entity-statement+jwt":      "an entity statement",
}

// hintType returns what to do about a header whose typ, as package jws returns it, is
// not that of an access token.
func hintType(typ string) string {
	if kind, ok := otherTypes[typ]; ok {
		return hintOtherToken + kind + ", as the header's typ says"
	}
	switch typ {
	case "":
		return "add \"\" to Dialect.Types if the issuer's access tokens have no typ: this one has none"
	case "jwt", "at+jwt":
		return "add \"" + typ +
			"\" to Dialect.Types if the issuer's access tokens have this typ, as this one has"
	}
	return hintOtherType
}

// hintBinding returns what to do about a token that is bound to a key.
func hintBinding(p claims.Payload) string {
	if _, ok := p.Lookup("cnf", "jkt"); ok {
		return hintBoundDPoP
	}
	if _, ok := p.Lookup("cnf", "x5t#S256"); ok {
		return hintBoundTLS
	}
	return hintBound
}

// dotted returns a path of claims, which the configuration or an RFC names.
func dotted(path []string) string { return strings.Join(path, ".") }

// text returns the string claim at path without its quotes, "" if it is no string.
// Escapes stay as they are: no value that hints compare with needs one.
func text(p claims.Payload, path ...string) string {
	raw, _ := p.Lookup(path...)
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	return string(raw[1 : len(raw)-1])
}
