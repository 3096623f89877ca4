package middleware_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/internal/claimserr"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/jwks"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// TestHintsFromClaimsErrors: the hint names the claim, what it has to be and what it is.
func TestHintsFromClaimsErrors(t *testing.T) {
	malformed := func(want, found string, claim ...string) error {
		return &claimserr.MalformedError{Claim: claim, Want: want, Found: found}
	}
	notAccess := func(kind string, claim ...string) error {
		return &claimserr.NotAccessError{Claim: claim, Kind: kind}
	}
	for _, c := range []struct {
		err  error
		want string // a part of the hint
	}{
		{malformed("number", "string", "iat"), "have the issuer write iat as a number: it is a string"},
		{malformed("string or array", "object", "aud"),
			"have the issuer write aud as a string or array: it is an object"},
		{malformed("array of strings", "array", "aud"), "write aud as an array of strings: it is an array"},
		{malformed("array", "null", "x", "y"), "have the issuer write x.y as an array: it is null"},
		{malformed("number", "nothing", "exp"), "have the issuer write exp: the token has none"},
		{malformed("", "null", "x"), "have the issuer write a value into x: it is null"},
		{malformed("", "nothing", "x"), "have the issuer write x: the token has none"},
		{malformed("", "", "exp"), "write exp in seconds since 1970"},
		{malformed("", "", "nbf"), "write nbf in seconds since 1970"},
		{malformed("", "", "sub"), "a value that is not empty into sub"},
		{malformed("string", "number"), "every claim with the type"},
		{claimserr.ErrMalformed, "every claim with the type"},

		{notAccess("id", "at_hash"), "it sent an ID token, as its claim at_hash says"},
		{notAccess("refresh", "typ"), "it sent a refresh token, as its claim typ says"},
		{notAccess("logout", "events"), "it sent a logout token"},
		{notAccess("event", "events"), "it sent a security event token"},
		{notAccess("introspection", "token_introspection"), "it sent an introspection response"},
		{notAccess("proof", "htm"), "it sent a proof of possession"},
		{notAccess("other", "x"), "it sent a token of another kind"},
		{notAccess("", "purpose"), "Dialect.NotAccess marks by the claim purpose"},
		{claimserr.ErrNotAccess, "it sent a token of another kind"},

		{&claimserr.RejectedError{Claim: []string{"a", "b"}}, "Dialect.Reject about the claim a.b"},
		{claimserr.ErrRejected, "Dialect.Reject"},
	} {
		if hint := middleware.HintClaimsError(c.err); !strings.Contains(hint, c.want) {
			t.Errorf("%+v: %q, want %q in it", c.err, hint, c.want)
		}
	}
	if hint := middleware.HintClaimsError(claimserr.ErrAudience); hint != "" {
		t.Errorf("the audience has a hint of its own: %q", hint)
	}
}

// TestEveryFaultHasAdvice: the log line of a failed fetch says what to do.
func TestEveryFaultHasAdvice(t *testing.T) {
	source, err := os.ReadFile("internal/fault/fault.go")
	if err != nil {
		t.Fatal(err)
	}
	advice := middleware.FaultAdvice()
	found := regexp.MustCompile(`(?m)^\t\w+ +Fault = "(\w+)"`).FindAllStringSubmatch(string(source), -1)
	if len(found) < 20 {
		t.Fatalf("%d faults in the source", len(found))
	}
	for _, match := range found {
		if advice[match[1]] == "" {
			t.Errorf("no advice for %s", match[1])
		}
	}
}

// TestRefusalsAreDocumented: docs/refusals.md has a row for each Reason that has hints.
func TestRefusalsAreDocumented(t *testing.T) {
	source, err := os.ReadFile("reason.go")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../docs/refusals.md")
	if err != nil {
		t.Fatal(err)
	}
	without := []string{"revoked", "insufficient_scope", "insufficient_user_authentication"}
	for _, match := range regexp.MustCompile(`Reason = "(\w+)"`).FindAllStringSubmatch(string(source), -1) {
		has := strings.Contains(string(page), "\n| `"+match[1]+"` |")
		if has == slices.Contains(without, match[1]) {
			t.Errorf("%s has a row: %v", match[1], has)
		}
	}
}

// TestFailedFetchTellsWhatToDo: the event about a failed fetch says what to do about the
// fault, how long the keys stay usable, and of each key why it is not.
func TestFailedFetchTellsWhatToDo(t *testing.T) {
	var log bytes.Buffer
	var event middleware.Event
	report := func(e keyring.Event) {
		log.Reset()
		middleware.ReportKeys(middleware.Config{
			Logger:  slog.New(slog.NewTextHandler(&log, nil)),
			Observe: func(_ context.Context, e middleware.Event) { event = e },
		}, e)
	}
	report(keyring.Event{Kind: keyring.EventFailed, Fault: fault.NoUsableKeys, Remarks: []jwks.Remark{
		{KeyID: "a", Note: jwks.NoteSymmetric}, {KeyID: "b", Note: jwks.NoteUse},
	}})
	if want := []string{"a: symmetric", "b: not_for_signature"}; !slices.Equal(event.Remarks, want) {
		t.Errorf("remarks %q, want %q", event.Remarks, want)
	}
	for _, want := range []string{"level=ERROR", "symmetric", "not_for_signature", "publish a public key",
		"get 503"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q is not in the log: %s", want, log.String())
		}
	}
	report(keyring.Event{Kind: keyring.EventFailed, Fault: fault.IssuerMismatch, Until: time.Unix(4e9, 0)})
	const want = "the metadata names another issuer; the cached keys stay usable until 2096-10-02T07:06:40Z"
	if !strings.HasSuffix(event.Hint, want) || !strings.HasPrefix(event.Hint, "set Issuer.URL") {
		t.Errorf("%q, want %q", event.Hint, want)
	}
	report(keyring.Event{Kind: keyring.EventFailed, Fault: "a new one"})
	if !strings.HasPrefix(event.Hint, "look at the issuer's metadata and key set; ") {
		t.Errorf("%q for a fault without advice", event.Hint)
	}
}

// TestHintsMakeWarnings: a line is a warning if the API's side may have to end its cause.
// What anyone can send at will stays information, so that a flood is no alarm.
func TestHintsMakeWarnings(t *testing.T) {
	var log bytes.Buffer
	h := newHinting(t, func(c *middleware.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	signed := func(header string) string {
		return h.Sign([]byte(header), []byte(`{"iss":"`+h.URL()+`"}`), "EdDSA")
	}
	for _, c := range []struct{ name, token, level string }{
		{"an opaque token", "mallory", "INFO"},
		{"no iss", h.Mint(map[string]any{"iss": nil}), "INFO"},
		{"another algorithm", signed(`{"alg":"ES384"}`), "INFO"},
		{"another kind", signed(`{"alg":"EdDSA","typ":"mallory"}`), "INFO"},
		{"an unknown key", signed(`{"alg":"EdDSA","kid":"mallory"}`), "INFO"},
		{"another host", h.Mint(map[string]any{"iss": "https://mallory/a"}), "INFO"},

		{"the issuer in another spelling", h.Mint(map[string]any{"iss": h.URL() + "/"}), "WARN"},
		{"another audience", h.Mint(map[string]any{"aud": "other"}), "WARN"},
		{"a bound token", h.Mint(map[string]any{"cnf": "x"}), "WARN"},
		{"a clock that is wrong", h.Mint(map[string]any{"nbf": time.Now().Unix() + 600}), "WARN"},
		{"no exp", h.Mint(map[string]any{"exp": nil}), "WARN"},
	} {
		log.Reset()
		_, _ = h.auth.Verify(t.Context(), c.token)
		if !strings.Contains(log.String(), "level="+c.level) {
			t.Errorf("%s: %s", c.name, log.String())
		}
	}
	log.Reset()
	_, _ = h.auth.Check(&http.Request{Header: http.Header{"Authorization": {"Bearer a b"}}})
	if !strings.Contains(log.String(), "level=INFO") || !strings.Contains(log.String(), "send one token") {
		t.Errorf("two words: %s", log.String())
	}
}

// TestHintsHoldNothingOfAToken: a text that only the token has is in no hint, in whichever
// place and of whichever type it is.
func TestHintsHoldNothingOfAToken(t *testing.T) {
	const canary = "canary"
	apis := []*hinting{
		newHinting(t, nil),
		newHinting(t, func(c *middleware.Config) { c.Issuers[0].AudienceFromClients = []string{"x"} }),
		newHinting(t, func(c *middleware.Config) { c.Issuers[0].MaxAge = time.Second }),
		newHinting(t, func(c *middleware.Config) { c.Issuers[0].AudienceTemplates = []string{"/a/{b}"} }),
		newHinting(t, func(c *middleware.Config) {
			c.Issuers[0].URL, c.Issuers[0].Tenants = "https://{t}.example.com", []string{"x"}
		}),
	}
	hints := map[string]bool{}
	send := func(h *hinting, what, credential string) {
		h.event = middleware.Event{}
		_, _ = h.auth.Check(&http.Request{Header: http.Header{"Authorization": {credential}}})
		hints[h.event.Hint] = true
		if strings.Contains(strings.ToLower(h.event.Hint), canary) {
			t.Errorf("%s: %q", what, h.event.Hint)
		}
	}
	values := []string{`"canary"`, `"CANARY/"`, `"https://canary.example.com"`, `["canary"]`,
		`["account","canary"]`,
		`{"canary":"canary","jkt":"canary"}`, `{"jkt":"canary"}`, `"canary+jwt"`, `"canary.canary.canary"`,
		`7`, `1e300`, `null`, `true`, `""`, `[]`, `[7]`, `"\u0063anary"`}
	for _, h := range apis {
		for _, value := range values {
			for _, name := range []string{"alg", "kid", "typ", "cty", "crit", "b64", "enc", "zip", "x5t",
				"nonce", "canary"} {
				token := h.MintHeader(map[string]any{name: json.RawMessage(value)}, nil)
				send(h, name+" "+value, "Bearer "+token)
			}
			for _, name := range []string{
				"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "scope", "scp", "client_id", "azp",
				"typ",
				"token_use", "acr", "amr", "auth_time", "events", "tid", "roles", "groups", "nonce",
				"at_hash",
				"canary", "Sub", "tenant", "ati",
			} {
				token := h.Mint(map[string]any{name: json.RawMessage(value)})
				send(h, name+" "+value, "Bearer "+token)
			}
		}
		for _, field := range []string{
			"canary", "canary canary", "Canary.canary.canary", "Bearer canary", "Bearer canary canary",
			"Bearer:canary",
			"Bearer canary.canary.canary", `Bearer "canary"`, "Bearer canary%2Ecanary", "DPoP canary",
			"Bearercanary x",
			"Bearer " + encoded(`{"canary":1}`) + ".canary.canary", "Bearer " +
				encoded(`{"alg":"canary"}`) + "." +
				encoded(`{"canary":1,"canary":1}`) + ".canary", "Bearer a.b.c.d.canary",
		} {
			send(h, field, field)
		}
	}
	if len(hints) < 25 {
		t.Errorf("only %d hints were seen: %s", len(hints), fmt.Sprint(hints))
	}
}
