package attack

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// proofTargets are proofs for another method or another address: RFC 9449 section 4.3.
func (g *dpopGroup) proofTargets() {
	const method = "A proof for another method (RFC 9449 section 4.3)."
	other := "POST"
	if g.Method == other {
		other = "PUT"
	}
	for name, htm := range sorted(map[string]any{
		"another": other, "lower-case": strings.ToLower(g.Method), "missing": nil, "empty": "",
		"null": json.RawMessage("null"), "array": []string{g.Method}, "and-space": g.Method + " ",
		"list": g.Method + "," + other, "star": "*",
	}) {
		g.proof(unproven, "htm-"+name, method, func(p token) token { return p.claim("htm", htm) })
	}
	const address = "A proof for another address, which another server may have received " +
		"(RFC 9449 section 4.3)."
	for name, htu := range sorted(g.addresses()) {
		g.proof(unproven, "htu-"+name, address, func(p token) token { return p.claim("htu", htu) })
	}
}

// addresses are values of htu that are not the target of a request.
func (g *dpopGroup) addresses() map[string]any {
	target, path := g.target(), g.path()
	u, err := url.Parse(target)
	if err != nil {
		panic("attack: Target.DPoP: " + err.Error())
	}
	scheme, host, base := u.Scheme, u.Host, strings.TrimSuffix(g.DPoP, "/")
	rest := strings.TrimPrefix(target, scheme+"://"+host)
	otherScheme, otherPort := map[bool]string{true: "http", false: "https"}[scheme == "https"], "8443"
	if u.Port() == otherPort {
		otherPort = "8444"
	}
	found := map[string]any{
		"another-host":          scheme + "://other.example" + rest,
		"another-scheme":        otherScheme + "://" + host + rest,
		"another-port":          scheme + "://" + u.Hostname() + ":" + otherPort + rest,
		"another-path":          base + "/another",
		"longer-path":           target + "/more",
		"slash-behind":          target + "/",
		"escaped-slash":         target + "%2F",
		"escaped-slash-within":  base + "/" + strings.ReplaceAll(path[1:], "/", "%2F"),
		"escaped-NUL":           target + "%00",
		"path-parameter":        target + ";x=y",
		"base-alone":            base,
		"path-alone":            rest,
		"userinfo":              scheme + "://x@" + host + rest,
		"userinfo-of-our-name":  scheme + "://" + host + "@other.example" + rest,
		"host-in-the-path":      scheme + "://other.example/" + host + rest,
		"host-in-the-query":     scheme + "://other.example" + rest + "?" + target,
		"host-prefixed":         scheme + "://x" + host + rest,
		"host-suffixed":         scheme + "://" + u.Hostname() + ".other.example" + rest,
		"host-with-a-dot":       scheme + "://" + u.Hostname() + "." + rest,
		"host-of-a-subdomain":   scheme + "://x." + host + rest,
		"host-of-the-parent":    scheme + "://" + parent(host) + rest,
		"backslash":             scheme + "://other.example\\@" + host + rest,
		"two-addresses":         "https://other.example" + rest + " " + target,
		"newline":               target + "\n",
		"space-in-front":        " " + target,
		"without-the-scheme":    "//" + host + rest,
		"missing":               nil,
		"empty":                 "",
		"null":                  json.RawMessage("null"),
		"array":                 []string{target},
		"of-the-issuer":         g.issuer.URL() + path,
		"path-of-dot-segments":  base + "/another/..;" + path,
		"path-of-another-case":  base + strings.ToUpper(path),
		"path-without-the-base": scheme + "://" + host + path,
	}
	if strings.ToUpper(path) == path {
		delete(found, "path-of-another-case")
	}
	if !strings.Contains(path[1:], "/") {
		delete(found, "escaped-slash-within") // of which there is none
	}
	if path == "/" {
		delete(found, "base-alone") // which means the same
		delete(found, "slash-behind")
	}
	if rest == path {
		delete(found, "path-without-the-base")
	}
	if parent(host) == "" {
		delete(found, "host-of-the-parent")
	}
	return found
}

// parent returns the domain that a host is in, "" if it is in none.
func parent(host string) string {
	_, domain, _ := strings.Cut(host, ".")
	return domain
}

// spoofedHosts are proofs for another host whose name the request has in a field that
// clients can write.
func (g *dpopGroup) spoofedHosts() {
	const host = "other.example"
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header[name] = []string{value} }
	}
	for name, spoof := range sorted(map[string]func(*http.Request){
		"Host": func(r *http.Request) { r.Host = host },
		"absolute-form": func(r *http.Request) {
			r.URL.Scheme, r.URL.Host, r.Host = "https", host, host
		},
		"X-Forwarded-Host":   set("X-Forwarded-Host", host),
		"X-Original-Host":    set("X-Original-Host", host),
		"X-Host":             set("X-Host", host),
		"X-Forwarded-Server": set("X-Forwarded-Server", host),
		"Forwarded":          set("Forwarded", "host="+host+";proto=https"),
		"X-Original-URL":     set("X-Original-Url", "https://"+host+g.path()),
	}) {
		g.request(unproven, "spoofed-"+name, "A proof for another host, which the request names in a field "+
			"that clients can write: what an API there has received.", g.bound, func(r *http.Request) {
			p := g.fresh(g.holder, g.bound).claim("htu", "https://"+host+g.path())
			proven(g.bound, p.compact())(r)
			spoof(r)
			if r.URL.Host != "" {
				r.RequestURI = r.URL.String()
			}
		})
	}
}
