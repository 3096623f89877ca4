package middleware

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/clientcert"
	"github.com/bearerguard/bearerguard/middleware/internal/weburl"
)

// A checkedConfig is a Config that has been checked once. Its defaults are filled
// in, and what the check has parsed is kept, so that nothing is parsed again.
type checkedConfig struct {
	Config                              // without mistakes, if check has found none
	resource *url.URL                   // nil without Config.Resource
	metadata map[string]json.RawMessage // the members of Config.Metadata
	issuers  []checkedIssuer            // those without mistakes
	places   places
	proxies  clientcert.Peers // of Certificates
}

// variesOn returns the names of the header fields on which it depends whether a request has
// a token.
func (c *checkedConfig) variesOn() []string {
	names := c.places.fields()
	if c.DPoP != nil && !slices.Contains(names, "Authorization") {
		names = append([]string{"Authorization"}, names...)
	}
	return names
}

// check returns c with its defaults, and reports every mistake in it.
func (c Config) check(errs *configErrors) *checkedConfig {
	checked := &checkedConfig{Config: c.withDefaults()}
	if len(c.Issuers) == 0 {
		errs.add("Issuers", "", "add at least one Issuer")
	}
	errs.addFromList("Audiences", c.Audiences)
	checked.places = checkCredentials(errs, c.Credentials)
	if c.DPoP != nil {
		checked.DPoP = c.DPoP.check(errs)
	}
	if c.Certificates != nil {
		checked.Certificates, checked.proxies = c.Certificates.check(errs)
	}
	if c.Leeway > maxLeeway {
		errs.add("Leeway", c.Leeway.String(), "use at most 5 minutes")
	}
	if c.MaxTokenBytes < 0 || c.MaxTokenBytes > maxMaxTokenBytes {
		errs.add("MaxTokenBytes", strconv.Itoa(c.MaxTokenBytes), "use 1 to 1048576 (1 MiB), or 0 for the default")
	}
	if c.CacheBytes < 0 {
		errs.add("CacheBytes", strconv.Itoa(c.CacheBytes), "use a number of bytes, or 0 for the default of 64 MiB; "+
			"CacheTokens switches the cache off")
	}
	if !quotable(c.Realm) {
		errs.add("Realm", c.Realm, "use printable ASCII only")
	}
	if c.Resource != "" {
		var reason string
		if checked.resource, reason = checkResource(c.Resource); reason != "" {
			errs.addURL("Resource", c.Resource, reason)
		}
	}
	checked.metadata = checkMetadata(errs, &c)
	checked.Metadata = nil // its values are the caller's
	checkStatusNames(errs, c.StatusNames)
	nameless := map[string]bool{}
	seen := keySets{}
	for i := range c.Issuers {
		issuer := &c.Issuers[i]
		field := "Issuers[" + strconv.Itoa(i) + "]"
		before := len(*errs)
		if reason := seen.add(issuer, field); reason != "" {
			errs.addURL(field+".URL", issuer.URL, reason)
		}
		if issuer.DangerouslyAllowMissingIssuer {
			nameless[issuer.URL] = true
		}
		ready := issuer.check(errs, field, &c)
		if len(*errs) == before {
			checked.issuers = append(checked.issuers, ready)
		}
	}
	if len(nameless) > 1 {
		errs.add("Issuers", "", "set DangerouslyAllowMissingIssuer for one issuer only: "+
			"nothing else tells tokens without iss apart")
	}
	checkUnreachable(errs, checked.issuers)
	return checked
}

// keySets are the key sets of the issuers so far.
type keySets map[string][]keySet // by Issuer.URL

// A keySet is where an issuer's keys come from.
type keySet struct {
	source string // see Issuer.source
	jwks   string // if nothing is fetched
	field  string
}

// add adds the key set of issuer, and returns what is wrong with it, "" if nothing is.
func (seen keySets) add(issuer *Issuer, field string) string {
	set := keySet{source: issuer.source(), field: field}
	if issuer.static() {
		set.jwks = string(issuer.JWKS)
	}
	before := seen[issuer.URL]
	seen[issuer.URL] = append(before, set)
	for _, other := range before {
		if other.source == set.source && other.jwks == set.jwks {
			return "list each key set once: " + other.field + " has the same issuer and the same keys"
		}
	}
	if len(before) == maxSources {
		return "list at most 16 key sets of one issuer: a token may have to be tried with each"
	}
	return ""
}

// checkUnreachable reports listed tenants whose tokens belong to another issuer of the
// configuration: one with exactly their URL, or another template before theirs.
func checkUnreachable(errs *configErrors, issuers []checkedIssuer) {
	exact := map[string]string{}
	first := map[string]int{} // by URL
	for i := range issuers {
		if issuers[i].name == "" {
			exact[issuers[i].URL] = issuers[i].field
		}
		if _, found := first[issuers[i].URL]; !found {
			first[issuers[i].URL] = i
		}
	}
	for i := range issuers {
		for _, tenant := range issuers[i].listed {
			iss := issuers[i].fill(tenant)
			owner := exact[iss]
			for j := 0; j < len(issuers) && owner == ""; j++ {
				if first[issuers[j].URL] >= first[issuers[i].URL] {
					continue
				}
				if _, ok := issuers[j].tenant(iss); ok && issuers[j].name != "" {
					owner = issuers[j].field
				}
			}
			if owner != "" {
				errs.add(issuers[i].field+".Tenants", tenant,
					"remove the tenant here or there: its tokens belong to "+owner)
			}
		}
	}
}

// withDefaults returns c with values in place of zeros: 0 then means none in
// Leeway and CacheTokens.
func (c Config) withDefaults() Config {
	c.Leeway = max(0, cmp.Or(c.Leeway, defaultLeeway))
	c.MaxTokenBytes = cmp.Or(c.MaxTokenBytes, defaultMaxTokenBytes)
	c.CacheTokens = max(0, cmp.Or(c.CacheTokens, defaultCacheTokens))
	c.CacheBytes = cmp.Or(c.CacheBytes, defaultCacheBytes)
	c.Realm = cmp.Or(c.Realm, defaultRealm)
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// checkResource returns a resource identifier as a URL, or what is wrong with it.
func checkResource(raw string) (u *url.URL, reason string) {
	u, err := weburl.Parse(raw, false)
	switch {
	case err != nil:
		return nil, err.Error()
	case hasDotSegment(u.Path):
		return nil, "remove the dot segments, as clients do (RFC 3986, section 5.2.4)"
	case !quotable(raw) || strings.ContainsAny(raw, " \"<>\\^`{|}"):
		return nil, "percent-encode the characters that RFC 3986 does not allow in a URL"
	}
	return u, ""
}

func hasDotSegment(path string) bool {
	segments := strings.Split(path, "/")
	return slices.Contains(segments, ".") || slices.Contains(segments, "..")
}

// quotable reports whether s can be sent as a quoted-string without loss
// (RFC 9110, section 5.6.4).
func quotable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}
