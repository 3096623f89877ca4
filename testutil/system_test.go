package testutil_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
)

// readJSON reads a file of testdata.
func readJSON(t *testing.T, v any, elem ...string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, elem...)...))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%v: %v", elem, err)
	}
}

var (
	guid  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)
	token = regexp.MustCompile(`"[\w-]+\.[\w-]+\.[\w-]+"`)
)

// TestSystems compares status, header and body of every kind of answer, byte for
// byte but for the token and the numbers that are new each time.
func TestSystems(t *testing.T) {
	for _, system := range []string{"c4t", "ipreo", "cadasto", "connect2id", "cern"} {
		t.Run(system, func(t *testing.T) {
			var golden struct {
				TokenPath string `json:"token_path"`
				Header    map[string]string
				Clients   []testutil.Client
				Cases     []struct {
					Name, Form, Basic, Method string
					ContentType               string `json:"content_type"`
					Status                    int
					Header                    map[string]string
					Body                      json.RawMessage
				}
			}
			readJSON(t, &golden, "systems", system+".json")
			known := testutil.NewIssuer(t, testutil.Options{System: system, InProcess: true}).Clients()
			i := testutil.NewIssuer(t, testutil.Options{System: system, Clients: append(known, golden.Clients...)})
			i.SetNow(time.Date(2026, 1, 1, 0, 1, 0, 0, time.UTC))
			if !strings.HasSuffix(i.TokenURL(), golden.TokenPath) {
				t.Errorf("TokenURL %s does not end with %s", i.TokenURL(), golden.TokenPath)
			}
			for _, c := range golden.Cases {
				t.Run(c.Name, func(t *testing.T) {
					r := post(t, i, c.Form, func(r *http.Request) {
						if id, secret, ok := strings.Cut(c.Basic, ":"); ok {
							r.SetBasicAuth(id, secret)
						}
						if c.Method != "" {
							r.Method = c.Method
						}
						if c.ContentType != "" {
							r.Header.Set("Content-Type", c.ContentType)
						}
					})
					var want bytes.Buffer
					if err := json.Compact(&want, c.Body); err != nil {
						t.Fatal(err)
					}
					body := token.ReplaceAllString(guid.ReplaceAllString(r.body, "{guid}"), `"{token}"`)
					if want := guid.ReplaceAllString(want.String(), "{guid}"); r.status != c.Status || body != want {
						t.Errorf("got  %d %s\nwant %d %s", r.status, body, c.Status, want)
					}
					for _, fields := range []map[string]string{golden.Header, c.Header} {
						for name, value := range fields {
							if got := r.header.Get(name); got != value {
								t.Errorf("%s: %q, want %q", name, got, value)
							}
						}
					}
				})
			}
		})
	}
}

// TestSystemTokens compares tokens with samples: the members of header and
// payload in their order, and all values that are not random.
func TestSystemTokens(t *testing.T) {
	c4t := func(roles []string, claims map[string]any) []testutil.Client {
		return []testutil.Client{{ID: "1c7d9d3e-54b6-4f4c-b8a0-2f6f0f1f7a11", Secret: "x", Roles: roles,
			Claims: claims}}
	}
	for _, tc := range []struct {
		sample  string
		options testutil.Options
		form    string
		now     int64
		random  string
	}{
		{"c4t_v1", testutil.Options{System: "c4t", Variant: "v1",
			Issuer: "https://sts.windows.net/5f0c2a6e-8a5b-4a0e-9c55-0f7b6a1d2e3f/",
			Clients: c4t([]string{"Declarations.Write", "Declarations.Read"},
				map[string]any{"app_displayname": "Customer 0042 - SAP"})},
			"scope=api://0b6a5a52-5d5e-4b3c-9f0a-8c1d2e3f4a5b/.default", 1767225900, "kid x5t aio oid rh sub uti"},
		{"c4t_v2", testutil.Options{System: "c4t",
			Issuer:  "https://login.microsoftonline.com/5f0c2a6e-8a5b-4a0e-9c55-0f7b6a1d2e3f/v2.0",
			Clients: c4t([]string{"Declarations.Read"}, map[string]any{"source_system": "WMS-ANTWERP"})},
			"scope=api://0b6a5a52-5d5e-4b3c-9f0a-8c1d2e3f4a5b/.default", 1767225900, "kid aio oid rh sub uti"},
		{"ipreo", testutil.Options{System: "ipreo", Issuer: "https://cas-identity.demo.ipreo.com",
			Clients: []testutil.Client{{
				ID: "api-franklin-templeton.client", Secret: "x",
				Scopes: []string{"deals-read", "permissions-read", "sockets-read"},
				Claims: map[string]any{"firm_id": "395465"},
			}}}, "", 1767225600, "kid x5t"},
		{"cadasto", testutil.Options{System: "cadasto", Issuer: "https://mycompany.auth.prod.cadasto.io"},
			"audience=https://mycompany.api.prod.cadasto.io/openehr/v1", 1767225600, "jti"},
		{"connect2id", testutil.Options{System: "connect2id", Issuer: "https://c2id.com"}, "", 1767225600, "jti"},
		{"cern", testutil.Options{System: "cern", Issuer: "https://auth.cern.ch/auth/realms/cern"},
			"audience=the-target-api", 1767225600, "kid jti"},
	} {
		t.Run(tc.sample, func(t *testing.T) {
			var sample struct{ Header, Claims json.RawMessage }
			readJSON(t, &sample, "tokens", tc.sample+".json")
			i := testutil.NewIssuer(t, tc.options)
			i.SetNow(time.Unix(tc.now, 0))
			c := i.Clients()[0]
			r := post(t, i, "grant_type=client_credentials&"+tc.form, basic(c.ID, c.Secret))
			if tc.sample == "cern" {
				r = post(t, i, "grant_type=client_credentials&client_id="+c.ID+"&client_secret="+c.Secret+"&"+tc.form, nil)
			}
			issued, ok := decode(t, []byte(r.body))["access_token"].(string)
			if !ok {
				t.Fatalf("%d %s", r.status, r.body)
			}
			// What the endpoint issues and what Mint makes is one thing.
			for kind, tok := range map[string]string{"issued": issued, "minted": i.Mint(nil)} {
				header, claims := verify(t, get(t, i.JWKSURL()), tok)
				parts := strings.Split(tok, ".")
				sameMembers(t, kind+" header", unbase64(t, parts[0]), sample.Header, tc.random)
				sameMembers(t, kind+" payload", unbase64(t, parts[1]), sample.Claims, tc.random)
				if header["alg"] != "RS256" || claims["exp"] == nil {
					t.Errorf("%s: %v %v", kind, header, claims)
				}
			}
		})
	}
}

// sameMembers checks that two objects have the same members in the same order.
// Those called random need only be of the same type.
func sameMembers(t *testing.T, what string, got, want []byte, random string) {
	t.Helper()
	g, w := members(t, got), members(t, want)
	for n := range max(len(g), len(w)) {
		if n >= len(g) || n >= len(w) || g[n].name != w[n].name {
			t.Errorf("%s: members differ\ngot  %s\nwant %s", what, got, want)
			return
		}
		free := strings.Contains(" "+random+" ", " "+g[n].name+" ")
		if free && (g[n].value[0] != w[n].value[0] || bytes.Equal(g[n].value, w[n].value)) || !free &&
			!bytes.Equal(g[n].value, w[n].value) {
			t.Errorf("%s: %s is %s, want %s", what, g[n].name, g[n].value, w[n].value)
		}
	}
}

type named struct {
	name  string
	value []byte
}

// members returns the members of an object in their order, values compacted.
func members(t *testing.T, data []byte) (all []named) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		json.Compact(&b, value)
		all = append(all, named{name.(string), b.Bytes()})
	}
	return all
}
