package middleware

import "net/url"

// wellKnown is where a protected resource's metadata lives (RFC 9728, section 3).
const wellKnown = "/.well-known/oauth-protected-resource"

// metadataURL returns the URL of the metadata of resource: the well-known path
// goes between host and path, and a slash that ends the host part goes away
// (RFC 9728, section 3.1).
func metadataURL(resource string) string {
	u, err := url.Parse(resource)
	if err != nil {
		return ""
	}
	path := u.EscapedPath()
	if path == "/" {
		path = ""
	}
	location := u.Scheme + "://" + u.Host + wellKnown + path
	if u.RawQuery != "" {
		location += "?" + u.RawQuery
	}
	return location
}
