package middleware

import (
	"cmp"
	"net/netip"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/bearerguard/bearerguard/middleware/internal/clientcert"
	"github.com/bearerguard/bearerguard/middleware/internal/dpop"
	"github.com/bearerguard/bearerguard/middleware/internal/jws"
)

// check returns p with its defaults, and reports every mistake in it.
func (p DPoP) check(errs *configErrors) *DPoP {
	if len(p.BaseURLs) == 0 {
		errs.add("DPoP.BaseURLs", "", "add the origin of this API as clients know it, such as https://api.example.com")
	}
	for _, base := range p.BaseURLs {
		if problem := dpop.CheckBaseURL(base); problem != "" {
			errs.addURL("DPoP.BaseURLs", base, problem)
		}
	}
	if len(p.Algorithms) == 0 {
		p.Algorithms = defaultProofAlgorithms
	}
	for _, name := range p.Algorithms {
		if jws.ByName(name) == nil {
			errs.add("DPoP.Algorithms", name, "use some of "+strings.Join(jws.Names(), ", "))
		}
	}
	p.MaxAge = cmp.Or(p.MaxAge, defaultProofAge)
	if p.MaxAge < 0 || p.MaxAge > maxProofAge {
		errs.add("DPoP.MaxAge", p.MaxAge.String(), "use at most 5 minutes, or 0 for one minute")
	}
	for i, secret := range p.NonceSecrets {
		if len(secret) < minNonceSecret {
			errs.add("DPoP.NonceSecrets["+strconv.Itoa(i)+"]", "", "use 32 random bytes or more")
		}
	}
	if p.NonceOnDemand && len(p.NonceSecrets) == 0 {
		errs.add("DPoP.NonceOnDemand", "", "set NonceSecrets, or leave it false")
	}
	if p.DangerouslyIgnoreReplayFailures && p.Replays == nil {
		errs.add("DPoP.DangerouslyIgnoreReplayFailures", "", "set Replays, or leave it false")
	}
	p.MaxReplayBytes = cmp.Or(p.MaxReplayBytes, defaultReplayBytes)
	if p.MaxReplayBytes < minReplayBytes {
		errs.add("DPoP.MaxReplayBytes", strconv.Itoa(p.MaxReplayBytes), "use 1048576 (1 MiB) or more, or 0 for 128 MiB")
	}
	return &p
}

// check returns c with its defaults and the networks of Proxies, and reports every mistake
// in it.
func (c Certificates) check(errs *configErrors) (*Certificates, clientcert.Peers) {
	c.Header = textproto.CanonicalMIMEHeaderKey(c.Header)
	if c.Format != "" && !slices.Contains(clientcert.Formats(), clientcert.Format(c.Format)) {
		errs.add("Certificates.Format", c.Format, "use rfc9440, pem, der, xfcc or sha256")
	}
	trust := 0
	if c.Proxies != nil {
		trust++
	}
	if c.TrustProxy != nil {
		trust++
	}
	switch {
	case c.Header == "" && (trust > 0 || c.Format != ""):
		errs.add("Certificates.Header", "",
			"name the field that the proxy sets, or leave Format, Proxies and TrustProxy empty")
	case c.Header != "" && !isToken(c.Header):
		errs.add("Certificates.Header", c.Header, "use the characters of a token (RFC 9110, section 5.6.2)")
	case c.Header != "" && trust != 1:
		errs.add("Certificates.Proxies", "", "set one of Proxies and TrustProxy: clients can send the field too")
	case c.Header != "" && c.Proxies != nil && len(c.Proxies) == 0:
		errs.add("Certificates.Proxies", "", "add the networks of the proxies, such as 10.1.0.0/16")
	}
	var prefixes []netip.Prefix
	for _, text := range c.Proxies {
		prefix, _ := netip.ParsePrefix(text)
		if problem := clientcert.CheckPrefix(prefix); problem != "" {
			errs.add("Certificates.Proxies", text, problem)
		}
		prefixes = append(prefixes, prefix)
	}
	return &c, clientcert.NewPeers(prefixes)
}
