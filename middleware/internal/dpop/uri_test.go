package dpop_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/growth"
	"github.com/bearerguard/bearerguard/middleware/internal/dpop"
)

func TestNormalize(t *testing.T) {
	covers(t, "DP-10")
	for _, c := range []struct{ name, htu, want string }{
		{"a normal one", "https://api.example.com/a/b", "https://api.example.com/a/b"},
		{"scheme and host in capitals", "HTTPS://API.Example.COM/A", "https://api.example.com/A"},
		{"the default port", "https://api.example.com:443/a", "https://api.example.com/a"},
		{"the default port of http", "http://localhost:80/a", "http://localhost/a"},
		{"the default port of the other scheme", "http://localhost:443/a", "http://localhost:443/a"},
		{"an empty port", "https://api.example.com:/a", "https://api.example.com/a"},
		{"another port", "https://api.example.com:8443/a", "https://api.example.com:8443/a"},
		{"no path", "https://api.example.com", "https://api.example.com/"},
		{"no path but a query", "https://api.example.com?a=/b", "https://api.example.com/"},
		{"a query", "https://api.example.com/a?b=c?d", "https://api.example.com/a"},
		{"a fragment", "https://api.example.com/a#b?c", "https://api.example.com/a"},
		{"an at sign in the path", "https://api.example.com/@a:b", "https://api.example.com/@a:b"},
		{"an at sign in the query", "https://api.example.com?a@b", "https://api.example.com/"},
		{"escapes of unreserved characters", "https://api.example.com/%7ea%7E%41%2D",
			"https://api.example.com/~a~A-"},
		{"escapes in small letters", "https://api.example.com/%c3%a9%3a", "https://api.example.com/%C3%A9%3A"},
		{"an escaped slash", "https://api.example.com/a%2fb", "https://api.example.com/a%2Fb"},
		{"an escaped percent sign", "https://api.example.com/%252e", "https://api.example.com/%252e"},
		{"an escaped zero", "https://api.example.com/%00", "https://api.example.com/%00"},
		{"an escaped backslash", "https://api.example.com/%5c", "https://api.example.com/%5C"},
		{"dot segments", "https://api.example.com/a/./b/../c", "https://api.example.com/a/c"},
		{"escaped dot segments", "https://api.example.com/a/%2e/b/%2E./c", "https://api.example.com/a/c"},
		{"dot segments at the end", "https://api.example.com/a/b/..", "https://api.example.com/a/"},
		{"a dot at the end", "https://api.example.com/a/.", "https://api.example.com/a/"},
		{"dot segments beyond the root", "https://api.example.com/../../a", "https://api.example.com/a"},
		{"dots that are no dot segment", "https://api.example.com/.../..a/a..",
			"https://api.example.com/.../..a/a.."},
		{"an escaped slash between dots", "https://api.example.com/a/..%2f..", "https://api.example.com/a/..%2F.."},
		{"empty segments", "https://api.example.com//a//", "https://api.example.com//a//"},
		{"a dot segment after an empty one", "https://api.example.com/a//../b", "https://api.example.com/a/b"},
		{"an escape in the host", "https://%61pi.example.com/", "https://api.example.com/"},
		{"an escaped capital in the host", "https://%41pi.example.com/", "https://api.example.com/"},
		{"a dot after the host", "https://api.example.com./", "https://api.example.com./"},
		{"an IPv4 address", "https://192.0.2.1:8443/", "https://192.0.2.1:8443/"},
		{"an IPv6 address", "https://[2001:DB8:0::1]:443/a", "https://[2001:db8::1]/a"},
		{"an IPv6 address with a port", "https://[::1]:8443", "https://[::1]:8443/"},
		{"an IPv6 address with an IPv4 one in it", "https://[::ffff:192.0.2.1]/", "https://[::ffff:192.0.2.1]/"},
		{"characters that browsers send", "https://api.example.com/a|b[c]{d}^\"<>`", "https://api.example.com/a%7Cb%5Bc%5D%7Bd%7D%5E%22%3C%3E%60"},
		{"sub-delimiters", "https://api.example.com/!$&'()*+,;=", "https://api.example.com/!$&'()*+,;="},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := dpop.Normalize(c.htu); !ok || got != c.want {
				t.Errorf("%q becomes %q, %v, want %q", c.htu, got, ok, c.want)
			}
		})
	}
}

func TestNormalizeRejects(t *testing.T) {
	covers(t, "DP-09")
	for _, c := range []struct{ name, htu string }{
		{"nothing", ""},
		{"a path", "/a"},
		{"a relative reference", "a"},
		{"no scheme", "//api.example.com/a"},
		{"no authority", "https:/a"},
		{"an opaque URI", "https:api.example.com"},
		{"an empty host", "https:///a"},
		{"a port alone", "https://:443/a"},
		{"another scheme", "ftp://api.example.com/a"},
		{"a scheme with a prefix", "xhttps://api.example.com/a"},
		{"a long s in the scheme", "http\u017f://api.example.com/a"},
		{"a space in front", " https://api.example.com/a"},
		{"a space at the end", "https://api.example.com/a "},
		{"user information", "https://a@api.example.com/a"},
		{"user and password", "https://a:b@api.example.com/a"},
		{"empty user information", "https://@api.example.com/a"},
		{"a user that looks like the host", "https://api.example.com:443@evil.example/a"},
		{"a backslash instead of a slash", `https:\\api.example.com\a`},
		{"a backslash in the path", `https://api.example.com/a\b`},
		{"a backslash in the host", `https://api.example.com\@evil.example/a`},
		{"a space in the path", "https://api.example.com/a b"},
		{"a tab", "https://api.example.com/a\tb"},
		{"a line break", "https://api.example.com/a\nb"},
		{"a zero byte", "https://api.example.com/a\x00"},
		{"a delete character", "https://api.example.com/a\x7f"},
		{"a letter beyond ASCII in the path", "https://api.example.com/é"},
		{"a letter beyond ASCII in the host", "https://é.example.com/"},
		{"the Kelvin sign in the host", "https://\u212a.example.com/"},
		{"a percent sign alone", "https://api.example.com/a%"},
		{"half an escape", "https://api.example.com/a%2"},
		{"an escape of no digits", "https://api.example.com/a%zz/"},
		{"an escape with one digit", "https://api.example.com/a%2g"},
		{"an escaped slash in the host", "https://api.example.com%2f/a"},
		{"an escaped letter beyond ASCII in the host", "https://%C3%A9.example.com/"},
		{"half an escape in the host", "https://api.example.com%2/a"},
		{"a comma in the host", "https://a,b/"},
		{"a port of letters", "https://api.example.com:https/a"},
		{"a port with a sign", "https://api.example.com:+443/a"},
		{"a port with a zero in front", "https://api.example.com:0443/a"},
		{"port zero", "https://api.example.com:0/a"},
		{"a port beyond 65535", "https://api.example.com:65536/a"},
		{"a port of many digits", "https://api.example.com:" + strings.Repeat("1", 30) + "/a"},
		{"two ports", "https://api.example.com:443:443/a"},
		{"a bracket that stays open", "https://[::1/a"},
		{"an empty bracket", "https://[]/a"},
		{"text after a bracket", "https://[::1]a/a"},
		{"an address without brackets", "https://::1/a"},
		{"an IPv4 address in brackets", "https://[192.0.2.1]/a"},
		{"a zone", "https://[fe80::1%25eth0]/a"},
		{"a zone without an escape", "https://[fe80::1%eth0]/a"},
		{"an address of the future", "https://[v1.a]/a"},
		{"a long address", "https://[" + strings.Repeat("0", 60) + "::1]/a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := dpop.Normalize(c.htu); ok {
				t.Errorf("%q becomes %q", c.htu, got)
			}
		})
	}
}

// TestNormalizeWork measures paths of which every step removes a part again.
func TestNormalizeWork(t *testing.T) {
	for name, part := range map[string]string{
		"dot segments": "/a/..", "dots alone": "/..", "escapes": "/%2e%2e", "letters": "/aaaa", "slashes": "//",
	} {
		t.Run(name, func(t *testing.T) {
			growth.Check(t, 1000, func(n int) func() {
				htu := base + strings.Repeat(part, n)
				return func() { dpop.Normalize(htu) }
			})
		})
	}
}
