package testutil_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

// The command lines must work as printed, in a shell, against the server.
func TestCurl(t *testing.T) {
	shell, err1 := exec.LookPath("sh")
	_, err2 := exec.LookPath("curl")
	if err1 != nil || err2 != nil {
		t.Skip("no sh or no curl")
	}
	odd := []testutil.Client{{ID: "it's: $HOME", Secret: `a"b'c d&e=%20+;|`, Scopes: []string{"x"}}}
	for _, tc := range []struct {
		name    string
		options testutil.Options
	}{
		{"standard", testutil.Options{}},
		{"standard below a path", testutil.Options{Path: "/realms/acme"}},
		{"standard by TLS", testutil.Options{TLS: true}},
		{"standard, odd client", testutil.Options{Clients: odd}},
		{"c4t v1", testutil.Options{System: "c4t", Variant: "v1"}},
		{"c4t v2", testutil.Options{System: "c4t", Variant: "v2"}},
		{"c4t, odd client", testutil.Options{System: "c4t", Clients: odd, Audience: "https://api.example.com/x"}},
		{"ipreo", testutil.Options{System: "ipreo"}},
		{"ipreo, odd client", testutil.Options{System: "ipreo", Clients: odd}},
		{"cadasto", testutil.Options{System: "cadasto"}},
		{"cadasto, odd client", testutil.Options{System: "cadasto", Clients: odd}},
		{"connect2id", testutil.Options{System: "connect2id"}},
		{"connect2id, odd client", testutil.Options{System: "connect2id", Clients: odd}},
		{"cern", testutil.Options{System: "cern"}},
		{"cern, odd client", testutil.Options{System: "cern", Clients: odd}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i := testutil.NewIssuer(t, tc.options)
			line := i.Curl()
			if strings.ContainsAny(line, "\n\r") || !strings.HasPrefix(line, "curl ") {
				t.Errorf("not one line of curl: %q", line)
			}
			out, err := exec.Command(shell, "-c", line).CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v\n%s", line, err, out)
			}
			token, ok := decode(t, out)["access_token"].(string)
			if !ok {
				t.Fatalf("%s: %s", line, out)
			}
			_, claims := verify(t, i.JWKS(), token)
			want := i.Audience()
			if a, ok := claims["aud"].([]any); ok && len(a) > 0 {
				claims["aud"] = a[0]
			}
			if got, _ := claims["aud"].(string); claims["iss"] != i.URL() || got != want {
				t.Errorf("iss %v, aud %v; want %s, %q", claims["iss"], claims["aud"], i.URL(), want)
			}
		})
	}
}
