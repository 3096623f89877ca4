package claims_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/internal/claimserr"
	"github.com/bearerguard/bearerguard/internal/growth"
)

// FuzzDialectToken reads any payload with every dialect, which returns either a
// token or an error. A token must have valid text, no empty or repeated names, no
// times out of range, and a form in print without the subject.
func FuzzDialectToken(f *testing.F) {
	files, err := filepath.Glob(payloadFiles + "/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("%d payload files, %v", len(files), err)
	}
	for _, file := range files {
		f.Add([]byte(readPayloadFile(f, strings.TrimSuffix(filepath.Base(file), ".json")).Claims), "api")
	}
	f.Add([]byte(`{"exp":1,"sub":"\ud83d\ude00","scope":"\u0000 \u2028"}`), "api")
	f.Add([]byte(`{"exp":1e2,"aud":["api","api"],"roles":{"a":1},"organization":{"x":[]}}`), "api")
	f.Add([]byte(`{"exp":1,"iss":"https://x.auth.prod.cadasto.io","azp":"x","appid":null}`), "x")

	known := make([]claims.Dialect, 0, len(dialects.Names()))
	var variants []func(claims.Payload) string
	for _, name := range dialects.Names() {
		d, err := dialects.ByName(name)
		if err != nil {
			f.Fatal(err)
		}
		known = append(known, d)
		variants = append(variants, d.CaseVariants())
	}
	f.Fuzz(func(t *testing.T, payload []byte, audience string) {
		var p claims.Payload
		if p.UnmarshalJSON(payload) != nil {
			return
		}
		if !json.Valid(payload) {
			t.Fatalf("accepted what encoding/json rejects: %q", payload)
		}
		for i := range known {
			variants[i](p)
			token, err := known[i].Token(p, audience)
			if (token == nil) == (err == nil) {
				t.Fatalf("%s: token %v with error %v", known[i].Name, token != nil, err)
			}
			if err != nil {
				if !errors.Is(err, claimserr.ErrMalformed) && !errors.Is(err, claimserr.ErrNotAccess) &&
					!errors.Is(err, claimserr.ErrRejected) {
					t.Fatalf("%s: an error of another kind: %v", known[i].Name, err)
				}
				continue
			}
			checkToken(t, known[i].Name, token)
		}
		checkGrowth(t, payload, audience)
	})
}

// checkGrowth fails t if the work for larger payloads of the same shape as payload is
// out of proportion to their length.
func checkGrowth(t *testing.T, payload []byte, audience string) {
	var shape map[string]any
	if len(payload) > 2000 || json.Unmarshal(payload, &shape) != nil {
		return
	}
	dialect := claims.Dialect{
		ClientScopes: [][]string{{"permissions"}, {"authorities"}},
		Roles:        [][]string{{"roles"}, {"realm_access", "roles"}, {"resource_access", "{audience}", "roles"}},
	}
	growth.CheckOnce(t, 20, func(n int) func() {
		larger, err := json.Marshal(enlarge(shape, n))
		var p claims.Payload
		if err != nil || p.UnmarshalJSON(larger) != nil {
			return func() {}
		}
		return func() { dialect.Token(p, audience) }
	})
}

// enlarge returns claims with every list in them n times as long: arrays, texts with
// spaces and objects.
func enlarge(claims map[string]any, n int) map[string]any {
	larger := map[string]any{}
	for name, member := range claims {
		larger[name] = enlargeMember(member, n)
	}
	return larger
}

func enlargeMember(value any, n int) any {
	switch value := value.(type) {
	case []any:
		var larger []any
		for i := range n {
			for _, elem := range value {
				if s, ok := elem.(string); ok && i%2 == 1 {
					elem = fmt.Sprint(s, i)
				}
				larger = append(larger, elem)
			}
		}
		return larger
	case map[string]any:
		larger := map[string]any{}
		for name, member := range value {
			larger[name] = enlargeMember(member, n)
			for i := range n {
				larger[fmt.Sprint(name, i)] = member
			}
		}
		return larger
	case string:
		if !strings.Contains(value, " ") {
			return value
		}
		var larger []string
		for i := range n {
			for word := range strings.SplitSeq(value, " ") {
				larger = append(larger, fmt.Sprint(word, i))
			}
		}
		return strings.Join(larger, " ")
	}
	return value
}

// checkToken fails t unless token is as FuzzDialectToken says.
func checkToken(t *testing.T, name string, token *claims.Token) {
	t.Helper()
	for _, s := range slices.Concat(
		[]string{token.Issuer, token.Subject, token.ClientID, token.Tenant, token.SourceSystem, token.ID,
			token.ACR},
		token.Audience, token.Scopes, token.Roles, token.Groups, token.AMR,
	) {
		if !utf8.ValidString(s) {
			t.Fatalf("%s: %q is not valid UTF-8", name, s)
		}
	}
	for _, list := range [][]string{token.Scopes, token.Roles, token.Groups} {
		seen := map[string]bool{}
		for _, s := range list {
			if s == "" || seen[s] {
				t.Fatalf("%s: an empty or repeated name in %q", name, list)
			}
			seen[s] = true
		}
	}
	if token.Expiry.IsZero() || token.Expiry.Year() > 9999 || token.Expiry.Unix() < 0 {
		t.Fatalf("%s: Expiry %v", name, token.Expiry)
	}
	var claim map[string]json.RawMessage
	if err := token.Decode(&claim); err != nil {
		t.Fatalf("%s: Decode: %v", name, err)
	}
	printed := fmt.Sprintf("%+v %#v", token, *token)
	mayBePrinted := token.Issuer + " " + token.ClientID
	if len(token.Subject) > 20 && !strings.Contains(mayBePrinted, token.Subject) &&
		strings.Contains(printed, token.Subject) {
		t.Fatalf("%s: the subject is printed", name)
	}
}
