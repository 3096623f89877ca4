package attack_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// proofTarget checks htu.
func (g *guard) proofTarget(raw json.RawMessage, r *http.Request) bool {
	if raw == nil && g.lacks("dpop: htu only if there is one") || g.lacks("dpop: any htu") {
		return true
	}
	var text string
	if json.Unmarshal(raw, &text) != nil || string(raw) == "null" {
		return false
	}
	if g.lacks("good: htu in one spelling only") {
		return text == theBase+r.URL.Path
	}
	want, _ := url.Parse(g.base(r) + r.URL.Path)
	switch {
	case strings.Contains(text, theBase+r.URL.Path) && g.lacks("dpop: htu contains the target"):
		return true
	case strings.HasPrefix(text, theBase+r.URL.Path) && g.lacks("dpop: htu begins with the target"):
		return true
	case strings.HasPrefix(text, theBase) && g.lacks("dpop: htu begins with the origin"):
		return true
	case g.lacks("dpop: htu without space around"):
		text = strings.TrimSpace(text)
	case g.lacks("dpop: htu in lower case"):
		text = strings.ToLower(text)
	}
	got, err := url.Parse(text)
	if err != nil || got.Opaque != "" {
		return false
	}
	return (got.User == nil || g.lacks("dpop: htu with a userinfo")) &&
		(strings.EqualFold(got.Scheme, want.Scheme) || g.lacks("dpop: htu of any scheme")) &&
		g.sameHost(got, want) && g.samePath(got, want)
}

// base returns what clients write before the path.
func (g *guard) base(r *http.Request) string {
	for _, name := range []string{"X-Forwarded-Host", "X-Original-Host", "X-Host", "X-Forwarded-Server"} {
		if host := r.Header.Get(name); host != "" && g.lacks("dpop: the host of "+name) {
			return "https://" + host
		}
	}
	forwarded, original := r.Header.Get("Forwarded"), r.Header.Get("X-Original-Url")
	switch {
	case forwarded != "" && g.lacks("dpop: the host of Forwarded"):
		return "https://" + strings.TrimPrefix(strings.Split(forwarded, ";")[0], "host=")
	case strings.HasPrefix(original, "https:") && g.lacks("dpop: the host of X-Original-URL"):
		return strings.TrimSuffix(original, r.URL.Path)
	case r.URL.Host != "" && g.lacks("dpop: the host of the target"):
		return "https://" + r.URL.Host
	case g.lacks("dpop: the host of the request"):
		return "https://" + r.Host
	}
	return theBase
}

func (g *guard) sameHost(got, want *url.URL) bool {
	host, port := strings.ToLower(got.Hostname()), got.Port()
	return (host == want.Hostname() || g.lacks("dpop: htu of any host") ||
		strings.HasSuffix(host, "."+want.Hostname()) && g.lacks("dpop: htu of a subdomain") ||
		strings.HasSuffix(host, want.Hostname()) && g.lacks("dpop: htu of a suffix") ||
		strings.HasPrefix(host, want.Hostname()) && g.lacks("dpop: htu of a prefix") ||
		strings.HasSuffix(want.Hostname(), "."+host) && g.lacks("dpop: htu of the parent") ||
		host == "" && g.lacks("dpop: htu without a host")) &&
		(port == "" || port == "443" || g.lacks("dpop: htu of any port"))
}

func (g *guard) samePath(got, want *url.URL) bool {
	p := got.EscapedPath()
	if !strings.Contains(strings.ToLower(p), "%2f") || g.lacks("dpop: htu with an escaped slash") {
		p = got.Path
	}
	if g.lacks("dpop: htu without a parameter") {
		p, _, _ = strings.Cut(p, ";")
	}
	slash := strings.HasSuffix(p, "/") && !g.lacks("dpop: htu with a slash behind")
	if p = path.Clean("/" + p); slash {
		p += "/"
	}
	return p == want.Path || g.lacks("dpop: htu of any path") ||
		strings.EqualFold(p, want.Path) && g.lacks("dpop: the path in any case")
}
