package weburl_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware/internal/weburl"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		raw       string
		allowHTTP bool
		want      string // the mistake, "" if there is none
	}{
		{"https://id.example.com", false, ""},
		{"HTTPS://ID.example.com:8443/a?b=c", false, ""},
		{"http://127.0.0.1:8000", false, ""},
		{"http://127.1.2.3", false, ""},
		{"http://[::1]:8000/x", false, ""},
		{"http://[::ffff:127.0.0.1]/", false, ""},
		{"http://LocalHost/", false, ""},
		{"http://id.example.com", true, ""},

		{"", false, "write an absolute URL, such as https://id.example.com"},
		{"id.example.com", false, "write an absolute URL, such as https://id.example.com"},
		{"https:id.example.com", false, "write an absolute URL, such as https://id.example.com"},
		{"https://", false, "write an absolute URL, such as https://id.example.com"},
		{"https://:443/", false, "write an absolute URL, such as https://id.example.com"},
		{"//id.example.com", false, "use https"},
		{"https://a:hunter2@[id.example.com", false, "write an absolute URL, such as https://id.example.com"},
		{"file://host/etc/keys", true, "use https"},
		{"http://id.example.com", false,
			"use https: plain http is accepted from this machine's loopback addresses only"},
		{"http://id.localhost", false,
			"use https: plain http is accepted from this machine's loopback addresses only"},
		{"http://10.0.0.1", false, "use https: plain http is accepted from this machine's loopback addresses only"},
		{"http://localhost.example.com", false,
			"use https: plain http is accepted from this machine's loopback addresses only"},
		{"https://a:hunter2@id.example.com", false, "remove the user information from the URL"},
		{"https://a@id.example.com", false, "remove the user information from the URL"},
		{"https://id.example.com/#a", false, "remove the fragment"},
		{"https://id.example.com/#", false, "remove the fragment"},
	} {
		u, err := weburl.Parse(c.raw, c.allowHTTP)
		switch {
		case c.want == "" && (err != nil || u.Host == ""):
			t.Errorf("Parse(%q) = %v, %v", c.raw, u, err)
		case c.want != "" && (err == nil || err.Error() != c.want || u != nil):
			t.Errorf("Parse(%q) = %v, %v, want the error %q", c.raw, u, err, c.want)
		case err != nil && strings.Contains(err.Error(), "hunter2"):
			t.Errorf("Parse(%q) repeats a password: %v", c.raw, err)
		}
	}
}
