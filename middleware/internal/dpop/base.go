package dpop

import (
	"bytes"
	"strings"

	"github.com/bearerguard/bearerguard/middleware/internal/weburl"
)

// maxURI is the length in bytes of the longest base URL, and of the longest path of a
// request target. A proof is not longer, so it has no room for a longer htu.
const maxURI = 8 << 10

// CheckBaseURL returns "" if s can be one of Config.BaseURLs, and otherwise what to do
// about it, for the text of an error: s must be an absolute https URL, or an http URL of a
// loopback address, without user information, query and fragment, in ASCII. The text never
// repeats s.
func CheckBaseURL(s string) (problem string) {
	if _, err := weburl.Parse(s, false); err != nil {
		return err.Error()
	}
	if strings.Contains(s, "?") {
		return "remove the query"
	}
	if _, ok := parseBase(s); !ok {
		return "write the host in ASCII or as an IP address, the port from 1 to 65535, " +
			"and the path with percent-encoding"
	}
	return ""
}

// parseBase returns a base URL in normalized form without the slash at its end. A base URL
// means the same with that slash and without it.
func parseBase(s string) (string, bool) {
	if len(s) > maxURI || strings.ContainsAny(s, "?#") {
		return "", false
	}
	uri, ok := appendURI(nil, []byte(s))
	return strings.TrimSuffix(string(uri), "/"), ok
}

// matches reports whether htu is the target URI of a request (RFC 9449, section 4.3, item
// 9): one of bases followed by the path of target. Query and fragment do not count.
//
// The path of target is normalized before it follows the base. So dot segments in it never
// lead out of the path of the base, whose parent may belong to another API.
//
// A proxy that removes the path of the base has nothing left of the base itself, and sends
// a slash. So a request for the path "/" has two target URIs: the base with a slash at its
// end, and without.
func matches(bases []string, htu []byte, target string) bool {
	path, ok := pathOf(target)
	if !ok || len(path) > maxURI {
		return false
	}
	if isNormal(path) {
		for _, base := range bases {
			n := len(base)
			if len(htu) == n+len(path) && string(htu[:n]) == base && string(htu[n:]) == path {
				return true
			}
		}
	}
	var usual [3][512]byte // longer ones are allocated
	want, ok := appendPath(usual[0][:0], append(usual[1][:0], path...))
	if !ok {
		return false
	}
	got, ok := appendURI(usual[2][:0], htu)
	if !ok {
		return false
	}
	for _, base := range bases {
		if rest, ok := bytes.CutPrefix(got, []byte(base)); ok {
			if bytes.Equal(rest, want) || len(rest) == 0 && len(want) == 1 {
				return true
			}
		}
	}
	return false
}

// pathOf returns the path of a request target (RFC 9112, section 3.2), as it was sent and
// without the query.
//
//   - The path of the origin form is what stands before the query. It may begin with two
//     slashes. An empty target is an empty path, which means the same as a slash (RFC 3986,
//     section 6.2.3).
//   - The absolute form counts by its path alone: its authority is as much the client's
//     word as the field Host.
//   - The asterisk form, of OPTIONS, and the authority form, of CONNECT, have no path. No
//     proof matches them.
func pathOf(target string) (path string, ok bool) {
	if target != "" && target[0] != '/' {
		scheme, rest, found := strings.Cut(target, "://")
		if !found || scheme == "" || strings.ContainsAny(scheme, "/?#") {
			return "", false
		}
		i := strings.IndexAny(rest, "/?#")
		if i < 0 {
			i = len(rest)
		}
		target = rest[i:]
	}
	path, _, _ = strings.Cut(target, "?")
	return path, true
}

// isNormal reports whether normalization certainly does not change path, which is not
// empty.
func isNormal(path string) bool {
	last := byte(0)
	for i := range len(path) {
		c := path[i]
		if class := classes[c]; class != literal && class != unreserved || c == '.' && last == '/' {
			return false
		}
		last = c
	}
	return len(path) > 0 && path[0] == '/'
}
