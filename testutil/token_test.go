package testutil_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/testutil"
)

// A reply is an answer of a token endpoint.
type reply struct {
	status int
	header http.Header
	body   string
}

// post sends a token request. change may do to the request what it wants.
func post(t *testing.T, i *testutil.Issuer, form string, change func(*http.Request)) reply {
	t.Helper()
	return postBy(t, http.DefaultClient, i, form, change)
}

// postBy is post by client.
func postBy(t *testing.T, client *http.Client, i *testutil.Issuer, form string,
	change func(*http.Request)) reply {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, i.TokenURL(), strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if change != nil {
		change(req)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(read(t, resp))}
}

// read returns the body of a response.
func read(t *testing.T, resp *http.Response) []byte {
	t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func basic(id, secret string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(id, secret) }
}

var clients = []testutil.Client{
	{ID: "plain", Secret: "s3cret", Scopes: []string{"deals-read", "deals-write"}},
	{ID: "a b:c", Secret: "p+q%/ü", Scopes: []string{"deals-read"}},
	{ID: "raw%41", Secret: "100%+", Scopes: []string{"deals-read"}},
	{ID: "bare", Secret: "bare"},
	{ID: "barred", Secret: "barred", NoGrant: true},
}

func TestTokenGranted(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{Clients: clients,
		Resources: []string{"https://other.example/api"}})
	body := "grant_type=client_credentials&client_id=plain&client_secret=s3cret"
	grant := "grant_type=client_credentials"
	for _, tc := range []struct {
		name, ids string
		form      string
		change    func(*http.Request)
		client    string
		scope     any // of the answer and the token; nil for none
		aud       any
	}{
		{"body", "", body, nil, "plain", "deals-read deals-write", "https://api.example.com"},
		{"basic", "", grant, basic("plain", "s3cret"), "plain", "deals-read deals-write",
			"https://api.example.com"},
		{"basic form-encoded", "AS-11", grant, basic(url.QueryEscape("a b:c"), url.QueryEscape("p+q%/ü")), "a b:c",
			"deals-read", "https://api.example.com"},
		{"basic not encoded", "", grant, basic("raw%41", "100%+"), "raw%41", "deals-read",
			"https://api.example.com"},
		{"basic and the same client_id", "", grant + "&client_id=plain", basic("plain", "s3cret"), "plain",
			"deals-read deals-write", "https://api.example.com"},
		{"scope", "AS-06", body + "&scope=deals-write", nil, "plain", "deals-write", "https://api.example.com"},
		{"scope twice", "", body + "&scope=deals-write+deals-write", nil, "plain", "deals-write",
			"https://api.example.com"},
		{"empty scope", "AS-14", body + "&scope=", nil, "plain", "deals-read deals-write",
			"https://api.example.com"},
		{"empty assertion", "AS-14", body + "&client_assertion=", nil, "plain", "deals-read deals-write",
			"https://api.example.com"},
		{"unknown parameter", "AS-14", body + "&colour=red", nil, "plain", "deals-read deals-write",
			"https://api.example.com"},
		{"no scopes at all", "", grant, basic("bare", "bare"), "bare", nil, "https://api.example.com"},
		{"charset", "", body, func(r *http.Request) {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
		}, "plain", "deals-read deals-write", "https://api.example.com"},
		{"resource", "AS-20", body + "&resource=https://other.example/api", nil, "plain", "deals-read deals-write",
			"https://other.example/api"},
		{"two resources", "AS-20", body + "&resource=https://other.example/api&resource=https://api.example.com",
			nil, "plain", "deals-read deals-write", []any{"https://other.example/api", "https://api.example.com"}},
		{"audience", "", body + "&audience=https://other.example/api", nil, "plain", "deals-read deals-write",
			"https://other.example/api"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			covers(t, "AS-07 "+tc.ids)
			r := post(t, i, tc.form, tc.change)
			if r.status != http.StatusOK {
				t.Fatalf("%d %s", r.status, r.body)
			}
			for name, want := range map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store",
				"Pragma": "no-cache"} {
				if got := r.header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			answer := decode(t, []byte(r.body))
			if answer["token_type"] != "Bearer" || answer["expires_in"] != 3600.0 || answer["scope"] != tc.scope {
				t.Errorf("answer %v", answer)
			}
			if _, ok := answer["refresh_token"]; ok {
				t.Error("a refresh token was issued")
			}
			header, claims := verify(t, get(t, i.JWKSURL()), answer["access_token"].(string))
			if header["typ"] != "at+jwt" {
				t.Errorf("header %v", header)
			}
			// AS-16: all that RFC 9068 section 2.2 requires.
			for _, name := range []string{"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} {
				if claims[name] == nil {
					t.Errorf("no %s in %v", name, claims)
				}
			}
			if claims["iss"] != i.URL() || claims["client_id"] != tc.client || claims["sub"] != tc.client ||
				claims["scope"] != tc.scope || !equal(claims["aud"], tc.aud) {
				t.Errorf("claims %v", claims)
			}
		})
	}
	if r := post(t, i, body, nil); r.status != http.StatusOK ||
		strings.Index(r.body, "access_token") > strings.Index(r.body, "token_type") {
		t.Errorf("members out of order: %s", r.body)
	}
}

func TestTokenRefused(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{Clients: clients,
		Resources: []string{"https://other.example/api"}})
	const (
		good  = "grant_type=client_credentials&client_id=plain&client_secret=s3cret"
		grant = "grant_type=client_credentials"
	)
	field := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for _, tc := range []struct {
		name, ids string
		form      string
		change    func(*http.Request)
		status    int
		code      string
	}{
		{"GET", "AS-01", good, func(r *http.Request) { r.Method = http.MethodGet }, 405, "invalid_request"},
		{"PUT", "AS-01", good, func(r *http.Request) { r.Method = http.MethodPut }, 405, "invalid_request"},
		{"JSON body", "AS-02", `{"grant_type":"client_credentials"}`, field("Content-Type", "application/json"),
			400, "invalid_request"},
		{"no content type", "AS-02", good, func(r *http.Request) { r.Header.Del("Content-Type") }, 400,
			"invalid_request"},
		{"not UTF-8", "AS-02", good + "&scope=%ff", nil, 400, "invalid_request"},
		{"bad escape", "AS-02", good + "&scope=%zz", nil, 400, "invalid_request"},
		{"too long", "", good + "&x=" + strings.Repeat("x", 1<<17), nil, 400, "invalid_request"},
		{"no client", "AS-03", grant, nil, 401, "invalid_client"},
		{"id without secret", "AS-03", grant + "&client_id=plain", nil, 401, "invalid_client"},
		{"unknown client", "", grant + "&client_id=other&client_secret=s3cret", nil, 401, "invalid_client"},
		{"wrong secret in body", "AS-09", grant + "&client_id=plain&client_secret=s3creT", nil, 401,
			"invalid_client"},
		{"wrong secret by Basic", "AS-09", grant, basic("plain", "wrong"), 401, "invalid_client"},
		{"no secret by Basic", "", grant, basic("plain", ""), 401, "invalid_client"},
		{"another scheme", "", grant, field("Authorization", "Bearer abc"), 401, "invalid_client"},
		{"Basic that is not base64", "", grant, field("Authorization", "Basic !"), 401, "invalid_client"},
		{"secret in the URI", "AS-12", good, func(r *http.Request) { r.URL.RawQuery = "client_secret=s3cret" }, 400,
			"invalid_request"},
		{"all in the URI", "AS-12", "", func(r *http.Request) { r.URL.RawQuery = good }, 400, "invalid_request"},
		{"id in the URI is not read", "AS-12", grant + "&client_secret=s3cret",
			func(r *http.Request) { r.URL.RawQuery = "client_id=plain" }, 401, "invalid_client"},
		{"Basic and body", "AS-13", good, basic("plain", "s3cret"), 400, "invalid_request"},
		{"Basic and another id", "AS-13", grant + "&client_id=bare", basic("plain", "s3cret"), 400,
			"invalid_request"},
		{"Basic and assertion", "AS-13", grant + "&client_assertion=x", basic("plain", "s3cret"), 400,
			"invalid_request"},
		{"secret and assertion", "AS-13", good + "&client_assertion=x", nil, 400, "invalid_request"},
		{"two Authorization fields", "", grant, func(r *http.Request) {
			r.SetBasicAuth("plain", "s3cret")
			r.Header.Add("Authorization", r.Header.Get("Authorization"))
		}, 400, "invalid_request"},
		{"repeated scope", "AS-14", good + "&scope=deals-read&scope=deals-write", nil, 400, "invalid_request"},
		{"repeated grant_type", "AS-14", good + "&" + grant, nil, 400, "invalid_request"},
		{"repeated unknown parameter", "AS-14", good + "&x=1&x=1", nil, 400, "invalid_request"},
		{"no grant_type", "AS-10", "client_id=plain&client_secret=s3cret", nil, 400, "invalid_request"},
		{"empty grant_type", "AS-10", "grant_type=&client_id=plain&client_secret=s3cret", nil, 400,
			"invalid_request"},
		{"password", "AS-10", "grant_type=password&client_id=plain&client_secret=s3cret", nil, 400,
			"unsupported_grant_type"},
		{"grant_type in capitals", "AS-10", "grant_type=CLIENT_CREDENTIALS&client_id=plain&client_secret=s3cret",
			nil, 400, "unsupported_grant_type"},
		{"client without the grant", "AS-10", grant, basic("barred", "barred"), 400, "unauthorized_client"},
		{"another's scope", "AS-10", good + "&scope=admin", nil, 400, "invalid_scope"},
		{"one scope of two", "", good + "&scope=deals-read+admin", nil, 400, "invalid_scope"},
		{"scope by comma", "", good + "&scope=deals-read,deals-write", nil, 400, "invalid_scope"},
		{"scope with two spaces", "", good + "&scope=deals-read++deals-write", nil, 400, "invalid_scope"},
		{"scope in another case", "", good + "&scope=Deals-Read", nil, 400, "invalid_scope"},
		{"scope of a client without", "", grant + "&scope=deals-read", basic("bare", "bare"), 400, "invalid_scope"},
		{"unknown resource", "AS-20", good + "&resource=https://elsewhere.example", nil, 400, "invalid_target"},
		{"relative resource", "AS-20", good + "&resource=/api", nil, 400, "invalid_target"},
		{"resource with fragment", "AS-20", good + "&resource=https://api.example.com%23x", nil, 400,
			"invalid_target"},
		{"one resource of two", "AS-20", good +
			"&resource=https://api.example.com&resource=https://elsewhere.example", nil, 400, "invalid_target"},
		{"unknown audience", "AS-20", good + "&audience=elsewhere", nil, 400, "invalid_target"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			covers(t, tc.ids)
			r := post(t, i, tc.form, tc.change)
			answer := decode(t, []byte(r.body))
			if r.status != tc.status || answer["error"] != tc.code {
				t.Errorf("got %d %s, want %d %s", r.status, r.body, tc.status, tc.code)
			}
			for name, want := range map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store",
				"Pragma": "no-cache"} {
				if got := r.header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if got := strings.HasPrefix(r.header.Get("WWW-Authenticate"), "Basic "); got != (tc.status == 401) {
				t.Errorf("status %d, WWW-Authenticate %q", r.status, r.header.Get("WWW-Authenticate"))
			}
			if got := r.header.Get("Allow") == "POST"; got != (tc.status == 405) {
				t.Errorf("status %d, Allow %q", r.status, r.header.Get("Allow"))
			}
			if answer["access_token"] != nil || strings.Contains(r.body, "s3cret") {
				t.Errorf("the answer tells too much: %s", r.body)
			}
			// AS-08: the characters that section 5.2 allows.
			if d, _ := answer["error_description"].(string); d == "" || strings.ContainsFunc(d, func(c rune) bool {
				return c < 0x20 || c > 0x7e || c == '"' || c == '\\'
			}) {
				t.Errorf("description %q", d)
			}
		})
	}
}

// AS-20: without a list every absolute URI is a resource.
func TestAnyResource(t *testing.T) {
	i := testutil.NewIssuer(t, testutil.Options{})
	const good = "grant_type=client_credentials&client_id=demo-client&client_secret=demo-secret"
	r := post(t, i, good+"&resource=https://anything.example/x", nil)
	_, claims := verify(t, i.JWKS(), decode(t, []byte(r.body))["access_token"].(string))
	if claims["aud"] != "https://anything.example/x" {
		t.Errorf("aud %v", claims["aud"])
	}
	for _, resource := range []string{"not-absolute", "/api", "https://anything.example/x%23fragment",
		"https://anything.example/%23", "%25zz"} {
		if r := post(t, i, good+"&resource="+resource, nil); r.status != 400 ||
			!strings.Contains(r.body, `"invalid_target"`) {
			t.Errorf("resource %s: %d %s", resource, r.status, r.body)
		}
	}
}
