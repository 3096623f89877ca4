package dpop_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/dpop"
)

// TestTarget compares htu with the target URI of a request.
func TestTarget(t *testing.T) {
	covers(t, "CF-05 DP-09 DP-11 DP-47 ATK-I03")
	const prefixed = "https://api.example.com/v1"
	long := "/" + strings.Repeat("a", 2000)
	for _, c := range []struct {
		name, base, htu, target string
		want                    bool
	}{
		{"the same", base, base + "/a", "/a", true},
		{"a base with a slash", base + "/", base + "/a", "/a", true},
		{"a base in capitals with a port", "HTTPS://API.example.com:443", base + "/a", "/a", true},
		{"a query in the target", base, base + "/a", "/a?b", true},
		{"a query in htu", base, base + "/a?c", "/a?b", true},
		{"dot segments in htu", base, base + "/b/../a", "/a", true},
		{"dot segments in the target", base, base + "/a", "/b/../a", true},
		{"dot segments in both", base, base + "/b/../a", "/b/../a", true},
		{"an escape in the target", base, base + "/~a", "/%7ea", true},
		{"escapes in both", base, base + "/%c3%a9", "/%C3%a9", true},
		{"an escaped slash in both", base, base + "/a%2Fb", "/a%2fb", true},
		{"an escaped slash in htu", base, base + "/a%2Fb", "/a/b", false},
		{"an escaped slash in the target", base, base + "/a/b", "/a%2Fb", false},
		{"a letter in another case", base, base + "/A", "/a", false},
		{"a slash too many", base, base + "/a/", "/a", false},
		{"a slash missing", base, base + "/a", "/a/", false},
		{"an empty segment in the target", base, base + "/a", "//a", false},
		{"an empty segment in both", base, base + "//a", "//a", true},
		{"a path that is longer", base, base + "/ab", "/a", false},
		{"a path that is shorter", base, base + "/a", "/ab", false},
		{"a long path", base, base + long, long, true},
		{"a long path with a dot segment", base, base + "/b/.." + long, long, true},
		{"a path that is too long", base, base + strings.Repeat(long, 5), strings.Repeat(long, 5), false},
		{"another host", base, "https://evil.example/a", "/a", false},
		{"a host with the base's in front", base, "https://api.example.com.evil.example/a", "/a", false},
		{"a longer host and a path that makes up for it", base, base + ".evil/a", ".evil/a", false},
		{"another scheme", base, "http://api.example.com/a", "/a", false},
		{"another port", base, base + ":8443/a", "/a", false},
		{"user information", base, "https://a@api.example.com/a", "/a", false},
		{"an IPv6 host", "https://[2001:db8::1]:8443", "https://[2001:DB8:0:0::1]:8443/a", "/a", true},
		{"http on this machine", "http://localhost:8080", "http://localhost:8080/a", "/a", true},
		{"a browser's character in both", base, base + "/a|b", "/a|b", true},
		{"a browser's character and its escape", base, base + "/a%7Cb", "/a|b", true},

		{"a base with a path", prefixed, prefixed + "/a", "/a", true},
		{"a base with a path and a slash", prefixed + "/", prefixed + "/a", "/a", true},
		{"a base with dot segments", base + "/x/../v1", prefixed + "/a", "/a", true},
		{"htu without the base's path", prefixed, base + "/a", "/a", false},
		{"a target that has the base's path already", prefixed, prefixed + "/a", "/v1/a", false},
		{"a path that begins like the base's", prefixed, prefixed + "a", "/a", false},
		{"the base itself with a slash", prefixed, prefixed + "/", "/", true},
		{"the base itself", prefixed, prefixed, "/", true},
		{"the base itself for another target", prefixed, prefixed, "/a", false},
		{"the base's parent", prefixed, base, "/", false},
		{"a target that leads out of the base", prefixed, base + "/a", "/../a", false},
		{"a target that leads out of the base by escapes", prefixed, base + "/a", "/%2e%2e/a", false},
		{"such a target in both", prefixed, prefixed + "/../a", "/../a", false},
		{"a target that does not get out", prefixed, prefixed + "/a", "/../a", true},

		{"no path in htu", base, base, "/", true},
		{"no path in htu but a query", base, base + "?a", "/", true},
		{"no path in the target", base, base + "/", "", true},
		{"a query alone as the target", base, base + "/", "?a", false},
		{"the absolute form", base, base + "/a", "https://api.example.com/a?b", true},
		{"the absolute form with another authority", base, base + "/a", "http://evil.example:99/a", true},
		{"the absolute form without a path", base, base, "https://api.example.com", true},
		{"the absolute form without a path, with a query", base, base, "https://api.example.com?a/b", true},
		{"the absolute form with another path", base, base + "/a", base + "/b", false},
		{"the asterisk form and the root", base, base + "/", "*", false},
		{"the asterisk form and no path", base, base, "*", false},
		{"the asterisk form and its like", base, base + "/*", "*", false},
		{"the authority form", base, base + "/", "api.example.com:443", false},
		{"a target without a scheme", base, base + "/a", "://api.example.com/a", false},
		{"a target without a slash", base, base + "/a", "a", false},
		{"a target with a scheme in its query", base, base + "/a", "?x://y/a", false},
		{"a target with a fragment", base, base + "/a", "/a#b", false},
		{"a target with a space", base, base + "/a%20b", "/a b", false},
		{"a target with a backslash", base, base + "/a%5Cb", `/a\b`, false},
		{"a target with a bad escape", base, base + "/a%25", "/a%", false},
		{"a bad target in both", base, base + "/a b", "/a b", false},
		{"a bad base", "https://a@api.example.com", "https://a@api.example.com/a", "/a", false},
		{"a base with a query", base + "?a", base + "/a", "/a", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, bases := range [][]string{{c.base}, {"https://other.example/v1", c.base},
				{c.base, "http://localhost"}} {
				if got := dpop.Matches(bases, c.htu, c.target); got != c.want {
					t.Errorf("with %q, %q matches %q: %v", bases, c.htu, c.target, got)
				}
			}
		})
	}
	t.Run("no base", func(t *testing.T) {
		if dpop.Matches(nil, base+"/a", "/a") || dpop.Matches([]string{""}, base+"/a", "/a") {
			t.Error("a proof matches without a base")
		}
	})
}

func TestTargetDoesNotAllocate(t *testing.T) {
	for name, c := range map[string]struct{ htu, target string }{
		"the same":       {base + "/a/b", "/a/b?c"},
		"not normalized": {"HTTPS://api.example.com:443/a/./%7eb", "/a/%7Eb?c"},
	} {
		t.Run(name, func(t *testing.T) {
			v := dpop.New(config())
			htu := []byte(c.htu)
			if n := testing.AllocsPerRun(100, func() {
				if !v.Matches(htu, c.target) {
					t.Fatal("no match")
				}
			}); n > 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}

func TestCheckBaseURL(t *testing.T) {
	const unusual = "write the host in ASCII or as an IP address, the port from 1 to 65535, and the path with percent-encoding"
	for _, c := range []struct{ url, want string }{
		{base, ""},
		{base + "/", ""},
		{base + "/v1/", ""},
		{"https://api.example.com:8443", ""},
		{"https://[2001:db8::1]", ""},
		{"http://localhost:8080/v1", ""},
		{"http://127.0.0.1", ""},
		{"http://[::1]:8080", ""},
		{"", "write an absolute URL, such as https://id.example.com"},
		{"api.example.com", "write an absolute URL, such as https://id.example.com"},
		{"http://api.example.com", "use https: plain http is accepted from this machine's loopback addresses only"},
		{"ftp://api.example.com", "use https"},
		{"https://a:hunter2@api.example.com", "remove the user information from the URL"},
		{base + "#", "remove the fragment"},
		{base + "?", "remove the query"},
		{base + "/?a=b", "remove the query"},
		{base + ":70000", unusual},
		{base + "/a b", unusual},
		{base + "/é", unusual},
		{"https://é.example.com", unusual},
		{"https://api_$.example.com", unusual},
		{base + "/" + strings.Repeat("a", 9000), unusual},
	} {
		if got := dpop.CheckBaseURL(c.url); got != c.want {
			t.Errorf("CheckBaseURL(%q) = %q, want %q", c.url, got, c.want)
		}
	}
}
