package main

import (
	"slices"
	"strings"
)

// kit is what is run with -kit: the kit against guards of several
// configurations, of which all but the first need only be tried with the cases
// that they are there for.
var kit = []stage{
	{name: "kit", dir: "adapters", run: "^TestAttacks$/^net-http$"},
	{name: "kit", dir: "adapters", run: "^TestAttacks$/^with-options$/^(good|strict|revoked|age)$"},
	{name: "kit", dir: "adapters", run: "^TestAttacks$/^by-the-issuers-clock$/^(good|clock)$"},
	{name: "kit", dir: "adapters", run: "^TestAttacks$/^profile$/^(good|rfc9068)$"},
	{name: "kit", dir: "adapters", run: "^TestAttacks$/^events$/^(good|signature)$"},
	{name: "kit", dir: "adapters", run: "^TestAttacks$/^behind-others$/^(good|signature|audience|scope)$"},
}

const (
	atStart    = "a mistake in the configuration, refused before there is an API"
	oneIssuer  = "the kit's API has one issuer, which is no template"
	own        = "an option in place of the audience, which the kit's API demands"
	remote     = "would need an issuer that is not on this machine"
	costs      = "a token by such a key is refused either way; what is saved is time"
	programmer = "a mistake of the API's programmer, which no request shows"
)

// beyond are the checks that no request to a running API can show, each with the
// reason. Their own tests notice them.
var beyond = map[string]string{
	"config: an audience": atStart, "config: algorithms": atStart, "config: an issuer": atStart, "config: the leeway": atStart,
	"config: the realm": atStart, "config: two issuers without names": atStart, "config: https": atStart, "config: no query": atStart,
	"config: the resource": atStart,

	"the characters of a tenant": oneIssuer, "the tenants' pattern": oneIssuer, "the list of tenants": oneIssuer, "the pattern's ends": oneIssuer,

	"the clients instead of an audience": own, "the scopes instead of an audience": own,

	"metadata: https": remote, "the place of the keys": remote,

	"RSA keys of 8192 bits at most": costs,

	"errors of unknown sort": programmer, "iss after Complete": programmer,

	"a denylist out of order":     "no request makes the owner's denylist fail",
	"contradictions":              "rules of dialects whose issuers the kit does not play",
	"iss of another type":         "the whole claims set is read again after the signature, and its iss with it",
	"alg missing":                 "no key is for an algorithm without a name",
	"a key's alg and type":        "the signature's method refuses a key of another type as well",
	"zeros in front of a modulus": "without it such a key serves too, under another thumbprint",
	"RSA exponents":               "crypto/rsa refuses such a key as well",
}

// backed are checks behind which a second one stands, so that the kit tells one
// without the other from none only by the cases that fail without both, and not
// without the second alone.
var backed = map[string]string{
	"kid of another type": "one key for tokens without kid",
	"exp missing":         "exp",
	"aud of another type": "the audience",

	"iat where there is a maximal age": "the maximal age",
}

// tell returns the first case that fails with both checks switched off and does
// not with the second alone, "" if there is none.
func tell(dir, name, second string) string {
	alone := failing(dir, second)
	for _, found := range failing(dir, name+"|"+second) {
		if !slices.Contains(alone, found) {
			return found + " (beside: " + second + ")"
		}
	}
	return ""
}

// failing returns all cases that fail with checks switched off.
func failing(dir, names string) []string {
	var all []string
	for _, s := range stages {
		out, _, _ := s.test(dir, names)
		for _, m := range failure.FindAllStringSubmatch(out, -1) {
			if strings.Count(m[1], "/") == 3 { // a case, and not what it belongs to
				all = append(all, m[1])
			}
		}
	}
	return all
}
