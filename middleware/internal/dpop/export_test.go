package dpop

// Normalize returns the normalized form of an htu, and whether it may be one.
func Normalize(htu string) (string, bool) {
	uri, ok := appendURI(nil, []byte(htu))
	return string(uri), ok
}

// Matches reports whether htu is the target URI under one of the base URLs.
func Matches(bases []string, htu, target string) bool {
	v := New(Config{BaseURLs: bases})
	return v.Matches([]byte(htu), target)
}

// CachedHeaders returns the number of headers that v has stored.
func CachedHeaders(v *Verifier) int { return v.headers.Len() }

// Matches reports whether htu is the target URI.
func (v *Verifier) Matches(htu []byte, target string) bool { return matches(v.bases, htu, target) }
