package main

// kit is what -kit runs: the attack kit against guards of several configurations.
// All except the first are tried only with the cases that they are there for.
var kit = []stage{
	{dir: "adapters", run: "^TestAttacks$/^net-http$"},
	{dir: "adapters", run: "^TestAttacks$/^with-options$/^(good|strict|revoked|age)$"},
	{dir: "adapters", run: "^TestAttacks$/^by-the-issuers-clock$/^(good|clock|batch)$"},
	{dir: "adapters", run: "^TestAttacks$/^cookie$/^(good|cookie)$"},
	{dir: "adapters", run: "^TestAttacks$/^streams$/^(good|credential)$"},
	{dir: "adapters", run: "^TestAttacks$/^profile$/^(good|rfc9068)$"},
	{dir: "adapters", run: "^TestAttacks$/^events$/^(good|signature)$"},
	{dir: "adapters", run: "^TestAttacks$/^bound$/^(good|dpop|certificate|batch)$"},
	{dir: "adapters", run: "^TestAttacks$/^nonces(-on-demand)?$/^(good|dpop)$"},
	{dir: "adapters", run: "^TestAttacks$/^behind-a-proxy$/^(good|certificate)$"},
	{dir: "adapters", run: "^TestAttacks$/^behind-others$/^(good|signature|audience|scope|batch)$"},
}

const (
	atStart    = "New rejects the configuration before there is an API"
	oneIssuer  = "the kit's API has one issuer, which is no template"
	own        = "an option in place of the audience, which the kit's API demands"
	remote     = "would need an issuer that is not on this machine"
	costs      = "a token signed by such a key is rejected either way; the check saves time"
	issuers    = "needs an issuer that hangs, fails or drops a key at the right time, and many requests"
	published  = "a form of key set that the kit's issuer does not publish"
	programmer = "a mistake of the API's programmer, which no request shows"
	hints      = "the key that a name leads to is the issuer's either way, and the signature decides"
	memory     = "the memory of the API, which no response shows"
	logs       = "the log of the API, which no response shows"
	proxied    = "what the API's own proxy writes, and no client"
	bound      = "would reject the kit's good tokens, which are bound to nothing"
)

// beyond are the checks that no request to a running API can show, each with the
// reason. Other tests notice when they are missing.
var beyond = map[string]string{
	"config: a fixed audience":          atStart,
	"config: an audience":               atStart,
	"config: algorithms":                atStart,
	"config: an issuer":                 atStart,
	"config: the bytes of the cache":    atStart,
	"config: the leeway":                atStart,
	"config: the realm":                 atStart,
	"config: two issuers without names": atStart,
	"config: https":                     atStart,
	"config: no query":                  atStart,
	"config: the resource":              atStart,
	"config: any domain":                atStart,
	"config: tenants of a URL":          atStart,

	"every occurrence of a placeholder": oneIssuer,
	"the client of an issuer":           oneIssuer,
	"the header for the key's source":   oneIssuer,
	"the rules of the key's source":     oneIssuer,
	"the tenants of the key's source":   oneIssuer,
	"the characters of a tenant":        oneIssuer,
	"the tenants' pattern":              oneIssuer,
	"the list of tenants":               oneIssuer,
	"the pattern's ends":                oneIssuer,
	"the tenant of the URL":             oneIssuer,

	"the register of tenants":               oneIssuer,
	"the budget for made-up tenants":        oneIssuer,
	"tenants that failed go last":           oneIssuer,
	"tenants that had keys before":          oneIssuer,
	"the bound of requests for new tenants": oneIssuer,
	"the bound of requests for one tenant":  oneIssuer,

	"the clients instead of an audience": own,
	"the scopes instead of an audience":  own,
	"an audience where none is needed":   own,
	"the ends of an audience template":   own,
	"values in an audience template":     own,

	"metadata: https":       remote,
	"the place of the keys": remote,

	"RSA keys of 8192 bits at most": costs,

	"the time for the body of an error":    "a transport of net/http ends with the context",
	"a caller that leaves":                 "the caller that left gets no response",
	"a deadline is no outage":              issuers,
	"an issuer that responds is no outage": issuers,
	"an outage for a new key":              issuers,
	"few learn of an outage":               issuers,
	"fetches for outdated key IDs":         issuers,
	"key IDs that left":                    issuers,
	"places for key IDs":                   issuers,
	"places for requests":                  issuers,
	"places for bad signatures":            issuers,
	"fetches for bad signatures":           issuers,
	"one fetch for a bad signature":        issuers,
	"no outage for bad signatures":         issuers,
	"bad signatures apart from new keys":   issuers,
	"wanted key IDs":                       issuers,

	"the time between fetches for bad signatures": issuers,

	"four keys for a token": costs,
	"kid before x5t":        hints,
	"a kid that no key has": hints,

	"an outer caller behind an optional guard": programmer,

	"errors of an unknown kind":   programmer,
	"what an API vouches for":     programmer,
	"iss after Customize":         programmer,
	"the token that handlers get": programmer,
	"the lists that handlers get": programmer,

	"one line of a certificate":                proxied,
	"the length of the field of a certificate": proxied,
	"the colons of Client-Cert":                proxied,
	"line breaks in a certificate":             proxied,
	"the form of a certificate":                proxied,
	"text before a certificate in PEM":         proxied,
	"text behind a certificate in PEM":         proxied,
	"the chain of a certificate in base64":     proxied,
	"one Hash and one Cert":                    proxied,
	"Cert agrees with Hash":                    proxied,
	"names of pairs in XFCC":                   proxied,
	"one element of XFCC":                      proxied,
	"an element with Hash or Cert":             proxied,
	"colons in a hash":                         proxied,
	"the alphabet of a hash":                   proxied,
	"a hash of zeros":                          proxied,
	"the hash of no bytes":                     proxied,
	"a peer of port 0":                         proxied,

	"config: proxies of every address": atStart,

	"DPoP is required":          bound,
	"a certificate is required": bound,
	"a bound route":             bound,

	"a failing store of proofs":            "no request makes the owner's store fail",
	"a proof counts once for all replicas": "the kit's API has one replica",
	"room for a proof":                     memory,

	"alg of a proof":                            "a sound algorithm that the API's owner has not chosen",
	"alg of a proof's key":                      "verification rejects a key of another type as well",
	"members of a proof's key that are no text": "what such a member counts as is rejected as well",

	"the bytes of the cache":       memory,
	"the share of a cached token":  memory,
	"the memory of a cached token": memory,

	"a flood is no alarm":        logs,
	"algorithms that hints name": logs,

	"methods that a client makes up":    logs,
	"parts of a batch in an access log": logs,
	"routes in the memory of a server":  logs,

	"the copy of the requirements":      programmer,
	"the copy of the configuration":     programmer,
	"names that no challenge can carry": programmer,
	"panics while keys are fetched":     programmer,

	"a denylist that fails":       "no request makes the owner's denylist fail",
	"the times after a wait":      "no request makes the owner's functions wait",
	"contradictions":              "rules of dialects whose issuers the kit does not play",
	"iss of another type":         "the whole claims set is read again after the signature, and its iss with it",
	"alg missing":                 "no key is for an algorithm without a name",
	"a key's alg and type":        "verification rejects a key of another type as well",
	"zeros in front of a modulus": "without it such a key serves too, under another thumbprint",
	"RSA exponents":               "crypto/rsa rejects such a key as well",

	"any key ID only where none has one":      published,
	"text before PEM":                         published,
	"authorities in PEM":                      published,
	"members of a key before its certificate": published,
	"one key for a key ID in PEM":             published,
	"other members next to PEM":               published,
	"private keys in PEM":                     published,
	"the number of keys in PEM":               published,
	"the type of a certificate's key":         published,
	"the length of padding":                   "without it such a key serves too, and it is the same one",
	"private members":                         "tells the owner of the API that a key leaked, and decides about no token by itself",

	"methods of another type":     "no requirement is about amr",
	"the tenant in the path":      "no requirement is about the path",
	"workloads without a client":  "the kind of a caller, which no response shows",
	"the scope of refresh tokens": "a token with that scope alone has no permission either",

	"null where a rule wants one of some values": "rules of dialects whose issuers the kit does not play",
}

// backed are checks with a second check behind them that rejects the same tokens.
// The kit shows them by the cases that fail without both checks and pass without
// the second alone.
var backed = map[string]string{
	"exp missing":                      "exp",
	"aud of another type":              "the audience",
	"iat where there is a maximal age": "the maximal age",
	"use of a proof's key":             "use",
}
