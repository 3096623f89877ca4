package claims_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
	"github.com/bearerguard/bearerguard/internal/claimserr"
)

// TestWrongTypes writes each claim in every type. A claim that decides and has a wrong type
// must not count as absent.
func TestWrongTypes(t *testing.T) {
	values := map[string]string{
		"string": `"x"`, "empty string": `""`, "number": `7`, "null": `null`, "true": `true`,
		"array of one": `["x"]`, "array of two": `["x","y"]`, "empty array": `[]`, "array of a number": `[7]`,
		"object": `{"x":1}`,
	}
	for name, accepted := range map[string][]string{
		"iss":       {"string"},
		"sub":       {"string", "null"},
		"client_id": {"string", "empty string", "null", "array of one"},
		"jti":       {"string", "empty string", "null"},
		"exp":       {"number"},
		"nbf":       {"number", "null"},
		"iat":       {"number", "null"},
		"auth_time": {"string", "empty string", "number", "null", "true", "array of one", "array of two",
			"empty array", "array of a number", "object"},
		"acr": {"string", "empty string", "number", "null", "true", "array of one", "array of two",
			"empty array", "array of a number", "object"},
		"amr": {"string", "empty string", "number", "null", "true", "array of one", "array of two",
			"empty array", "array of a number", "object"},
		"aud":   {"string", "empty string", "null", "array of one", "array of two", "empty array"},
		"scope": {"string", "empty string", "null", "array of one", "array of two", "empty array"},
	} {
		for kind, value := range values {
			payload := `{"exp":1767229200,"` + name + `":` + value + `}`
			if name == "exp" {
				payload = `{"exp":` + value + `}`
			}
			_, err := new(claims.Dialect).Token(parse(t, payload))
			if want := slices.Contains(accepted, kind); (err == nil) != want {
				t.Errorf("%s: %v, want it accepted: %v", payload, err, want)
			}
		}
	}
}

// TestStrictTypes writes client_id as an array, which the strict profile rejects
// (RFC 9068, section 2.2).
func TestStrictTypes(t *testing.T) {
	const rest = `"iss":"https://id.example","aud":"https://api.example","exp":1767229200,"iat":1767225600,"sub":"s","jti":"j"`
	strict := dialects.RFC9068()
	for value, ok := range map[string]bool{`"x"`: true, `["x"]`: false} {
		if _, err := strict.Token(parse(t, `{`+rest+`,"client_id":`+value+`}`)); (err == nil) != ok {
			t.Errorf("client_id %s: %v, want it accepted: %v", value, err, ok)
		}
	}
}

func TestEmptySubject(t *testing.T) {
	d := claims.Dialect{EmptySubject: true, Subject: [][]string{{"subname"}, {"sub"}}}
	for _, c := range []struct {
		name, members, want string
		ok                  bool
	}{
		{"empty", `"sub":""`, "", true},
		{"absent", `"x":1`, "", true},
		{"the next claim counts", `"subname":"","sub":"alice"`, "alice", true},
		{"another type", `"sub":5`, "", false},
		{"null", `"sub":null`, "", true},
		{"array of an empty one", `"sub":[""]`, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			token, err := d.Token(parse(t, with(c.members)))
			if (err == nil) != c.ok {
				t.Fatalf("%s: %v", c.members, err)
			}
			if c.ok && token.Subject != c.want {
				t.Errorf("Subject = %q, want %q", token.Subject, c.want)
			}
		})
	}
}

// TestClientInAudience reads the client from an audience that is not this API.
func TestClientInAudience(t *testing.T) {
	d := claims.Dialect{ClientID: [][]string{{"client_id"}, {"aud"}}}
	for _, c := range []struct{ name, members, want string }{
		{"string", `"aud":"web"`, "web"},
		{"array of one", `"aud":["web"]`, "web"},
		{"array of two", `"aud":["web","x"]`, ""},
		{"this API", `"aud":"this-api"`, ""},
		{"this API in an array", `"aud":["this-api"]`, ""},
		{"empty", `"aud":""`, ""},
		{"empty array", `"aud":[]`, ""},
		{"a claim goes before it", `"client_id":"app","aud":"web"`, "app"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := read(t, d, with(c.members), "this-api").ClientID; got != c.want {
				t.Errorf("ClientID = %q, want %q", got, c.want)
			}
		})
	}
}

// TestClientAfterAudience has another claim after the audience.
func TestClientAfterAudience(t *testing.T) {
	d := claims.Dialect{ClientID: [][]string{{"aud"}, {"client_id"}}}
	for _, aud := range []string{`""`, `["a","b"]`, `"this-api"`} {
		if got := read(t, d, with(`"client_id":"c","aud":`+aud), "this-api").ClientID; got != "c" {
			t.Errorf("aud %s: ClientID = %q, want c", aud, got)
		}
	}
}

func TestKind(t *testing.T) {
	rules := claims.Dialect{Kinds: []claims.Rule{
		{Claim: []string{"device"}},
		{Kind: claims.KindClient, Claim: []string{"gty"}, In: []string{"client-credentials"}},
		{Kind: claims.KindUser, Claim: []string{"gty"}},
	}}
	for _, c := range []struct {
		name    string
		d       claims.Dialect
		members string
		want    claims.Kind
	}{
		{"no subject", claims.Dialect{}, `"client_id":"c"`, claims.KindClient},
		{"the subject is the client", claims.Dialect{}, `"client_id":"c","sub":"c"`, claims.KindClient},
		{"another subject", claims.Dialect{}, `"client_id":"c","sub":"alice"`, claims.KindUser},
		{"a subject and no client", claims.Dialect{}, `"sub":"alice"`, claims.KindUser},
		{"neither subject nor client", claims.Dialect{}, `"scope":"a"`, 0},
		{"the first rule", rules, `"client_id":"c","sub":"c","gty":"client-credentials","device":1`, 0},
		{"the second rule", rules, `"client_id":"c","sub":"alice","gty":"client-credentials"`, claims.KindClient},
		{"the third rule", rules, `"client_id":"c","sub":"c","gty":"password"`, claims.KindUser},
		{"no rule", rules, `"client_id":"c","sub":"c"`, claims.KindClient},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := read(t, c.d, with(c.members)).Kind; got != c.want {
				t.Errorf("Kind = %v, want %v", got, c.want)
			}
		})
	}
}

func TestRequired(t *testing.T) {
	d := claims.Dialect{Required: [][]string{{"jti"}, {"data", "version"}}}
	for payload, ok := range map[string]bool{
		with(`"jti":"1","data":{"version":0}`):    true,
		with(`"jti":"1","data":{"version":null}`): false,
		with(`"jti":"1","data":{}`):               false,
		with(`"data":{"version":0}`):              false,
	} {
		if _, err := d.Token(parse(t, payload)); (err == nil) != ok {
			t.Errorf("%s: %v", payload, err)
		}
	}
}

// TestRFC9068Required leaves out each claim that RFC 9068, section 2.2, requires.
func TestRFC9068Required(t *testing.T) {
	required := map[string]any{"iss": "i", "exp": 1, "aud": "a", "sub": "s", "client_id": "c", "iat": 1,
		"jti": "j"}
	for missing := range required {
		some := maps.Clone(required)
		delete(some, missing)
		payload, err := json.Marshal(some)
		if err != nil {
			t.Fatal(err)
		}
		d := dialects.RFC9068()
		if _, err := d.Token(parse(t, string(payload))); !errors.Is(err, claimserr.ErrMalformed) {
			t.Errorf("without %s: %v, want ErrMalformed", missing, err)
		}
	}
}

// TestSwitchedOff sets fields to empty lists, which read nothing.
func TestSwitchedOff(t *testing.T) {
	none := [][]string{}
	d := claims.Dialect{Subject: none, ClientID: none, ID: none, Audience: none, Scopes: none, Roles: none,
		Groups: none, Tenant: none, SourceSystem: none}
	token := read(t, d, with(`"sub":"s","client_id":"c","jti":"j","aud":"a","scope":"a","roles":["r"],"groups":["g"],"tenant":"t","source_system":"s"`))
	if token.Subject != "" || token.ClientID != "" || token.ID != "" || token.Tenant != "" ||
		token.SourceSystem != "" ||
		token.Audience != nil || token.Scopes != nil || token.Roles != nil || token.Groups != nil {
		t.Error("a field that is switched off was read")
	}
}

func TestOtherClaims(t *testing.T) {
	token := read(t, claims.Dialect{},
		with(`"sub":"alice","jti":"j","acr":"phrh","amr":["pwd","otp"],"iat":1767225600,"nbf":1767225601,"auth_time":1767225602`))
	if token.ID != "j" || token.ACR != "phrh" || !slices.Equal(token.AMR, []string{"pwd", "otp"}) {
		t.Errorf("ID, ACR, AMR = %q, %q, %q", token.ID, token.ACR, token.AMR)
	}
	if token.IssuedAt.Unix() != 1767225600 || token.NotBefore.Unix() != 1767225601 ||
		token.AuthTime.Unix() != 1767225602 {
		t.Errorf("times = %v, %v, %v", token.IssuedAt, token.NotBefore, token.AuthTime)
	}
	lenient := read(t, claims.Dialect{}, with(`"sub":"alice","acr":1,"amr":"pwd"`))
	if lenient.ACR != "" || !slices.Equal(lenient.AMR, []string{"pwd"}) {
		t.Errorf("ACR, AMR = %q, %q", lenient.ACR, lenient.AMR)
	}
	if none := read(t, claims.Dialect{}, with(`"sub":"alice"`)); none.AMR != nil || none.ACR != "" {
		t.Error("absent claims are set")
	}
}

// TestIgnoredMarks tries every mark that counts for all issuers with dialects that ignore
// one of them.
func TestIgnoredMarks(t *testing.T) {
	marks := map[string]string{
		"events": `"events":{}`, "at_hash": `"at_hash":"x"`, "c_hash": `"c_hash":"x"`, "s_hash": `"s_hash":"x"`,
		"token_introspection": `"token_introspection":{}`, "htm": `"htm":"GET"`,
		"token_use": `"token_use":"id"`, "typ": `"typ":"ID"`,
	}
	for ignored := range marks {
		d := claims.Dialect{DangerouslyIgnoreMarks: [][]string{{ignored}}}
		for mark, member := range marks {
			_, err := d.Token(parse(t, with(member)))
			if accepted := err == nil; accepted != (mark == ignored) {
				t.Errorf("a dialect that ignores %s, a token with %s: %v", ignored, mark, err)
			}
		}
	}
}
