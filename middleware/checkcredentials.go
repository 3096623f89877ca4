package middleware

import (
	"net/textproto"
	"slices"
	"strings"
)

// checkCredentials returns Config.Credentials with canonical names, and reports what is
// wrong with them.
func checkCredentials(errs *configErrors, all []Credential) places {
	if all == nil {
		return nil
	}
	if len(all) == 0 {
		errs.add("Credentials", "", "add a place, or leave the list nil: an empty list would accept no token")
	}
	checked := slices.Clone(all)
	for i := range checked {
		c := &checked[i]
		set := 0
		for _, name := range []string{c.Scheme, c.Header, c.Cookie, c.WebSocketProtocol, c.DangerouslyQuery} {
			if name != "" {
				set++
			}
		}
		if set != 1 {
			errs.add("Credentials", "", "set exactly one field of each")
			continue
		}
		c.Header = textproto.CanonicalMIMEHeaderKey(c.Header)
		if reason := c.mistake(); reason != "" {
			errs.add("Credentials", c.Scheme+c.Header+c.Cookie+c.WebSocketProtocol+c.DangerouslyQuery, reason)
		}
		if slices.Contains(checked[:i], *c) {
			errs.add("Credentials", c.Scheme+c.Header+c.Cookie+c.WebSocketProtocol+c.DangerouslyQuery, "list each place once")
		}
	}
	return checked
}

// mistake returns what is wrong with a place, "" if nothing is.
func (c *Credential) mistake() string {
	if !isToken(c.Scheme + c.Header + c.Cookie + c.WebSocketProtocol) {
		return "use the characters of a token (RFC 9110, section 5.6.2)"
	}
	switch strings.ToLower(c.Scheme) {
	case "basic", "digest", "negotiate", "ntlm":
		return "remove it: this scheme carries no token"
	case "dpop":
		return "set Config.DPoP in place of it"
	}
	switch c.Header {
	case "Authorization":
		return "set Scheme in place of Header"
	case "Cookie":
		return "set Cookie in place of Header"
	case "Sec-Websocket-Protocol":
		return "set WebSocketProtocol in place of Header"
	case "Host", "Connection", "Content-Length", "Transfer-Encoding", "Upgrade":
		return "use a field that carries the token and nothing else"
	}
	return ""
}

// isToken reports whether s has only the characters of a token.
func isToken(s string) bool {
	for i := range len(s) {
		if !tokenChars[s[i]] {
			return false
		}
	}
	return true
}
