package claims_test

import (
	"slices"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/claims/dialects"
)

// TestClaimsThatDecideNothingSpoilNothing reads tokens as issuers write them, with claims
// that are null, empty or of another type than their RFC says.
func TestClaimsThatDecideNothingSpoilNothing(t *testing.T) {
	base := claims.Token{Subject: "s", ClientID: "c", ID: "j"}
	for _, c := range []struct {
		name, members string
		want          claims.Token
	}{
		// https://github.com/supabase/auth/pull/2274
		{"amr of objects", `"sub":"s","client_id":"c","jti":"j","amr":[{"method":"password",` +
			`"timestamp":1700000000}]`, base},
		{"amr in part of objects", `"sub":"s","client_id":"c","jti":"j",` +
			`"amr":["otp",{"method":"password"}]`, base},
		{"amr an object", `"sub":"s","client_id":"c","jti":"j","amr":{"method":"otp"}`, base},
		{"amr a number", `"sub":"s","client_id":"c","jti":"j","amr":[7]`, base},
		{"acr and auth_time of other types", `"sub":"s","client_id":"c","jti":"j","acr":1,` +
			`"auth_time":"now"`, base},
		{"optional claims null", `"sub":"s","client_id":"c","jti":"j","nbf":null,"iat":null,` +
			`"acr":null,"amr":null,"auth_time":null,` +
			`"azp":null,"nonce":null,"at_hash":null,"scope":null,"roles":null,"groups":null,` +
			`"entitlements":null,"tenant":null`, base},
		// https://github.com/sebadob/rauthy/issues/1646
		{"sub null", `"sub":null,"azp":"c"`, claims.Token{ClientID: "c"}},
		{"client_id null, azp counts", `"sub":"s","client_id":null,` +
			`"azp":"c"`, claims.Token{Subject: "s", ClientID: "c"}},
		{"client_id empty, azp counts", `"sub":"s","client_id":"",` +
			`"azp":"c"`, claims.Token{Subject: "s", ClientID: "c"}},
		{"all clients empty", `"sub":"s","client_id":"","azp":"","cid":"",` +
			`"appid":null`, claims.Token{Subject: "s"}},
		{"jti empty", `"sub":"s","client_id":"c","jti":""`, claims.Token{Subject: "s", ClientID: "c"}},
		{"jti null", `"sub":"s","client_id":"c","jti":null`, claims.Token{Subject: "s", ClientID: "c"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, claims.Dialect{}, with(c.members))
			if got.Subject != c.want.Subject || got.ClientID != c.want.ClientID || got.ID != c.want.ID {
				t.Errorf("subject %q, client %q, ID %q", got.Subject, got.ClientID, got.ID)
			}
			if got.AMR != nil || got.ACR != "" {
				t.Errorf("methods %q, acr %q", got.AMR, got.ACR)
			}
			if !got.AuthTime.IsZero() || !got.NotBefore.IsZero() || !got.IssuedAt.IsZero() {
				t.Errorf("times %v %v %v", got.AuthTime, got.NotBefore, got.IssuedAt)
			}
		})
	}
}

// TestTheNextClaimCountsAfterAnEmptyOne reads the subject and the ID of dialects that name
// several claims.
func TestTheNextClaimCountsAfterAnEmptyOne(t *testing.T) {
	entra := read(t, dialects.Entra(), with(`"azp":"a","uti":"","jti":"j"`))
	forgerock := read(t, dialects.ForgeRock(), with(`"client_id":"c","subname":null,"sub":"s"`))
	spring := read(t, dialects.SpringAuthorizationServer(), with(`"client_id":"","azp":null,`+
		`"aud":"web","scope":"a"`))
	if entra.ID != "j" || forgerock.Subject != "s" || spring.ClientID != "web" {
		t.Errorf("ID %q, Subject %q, ClientID %q", entra.ID, forgerock.Subject, spring.ClientID)
	}
}

// TestRequiredClaimsAreNamed has the strict profile reject names that are null or empty,
// which count as absent.
func TestRequiredClaimsAreNamed(t *testing.T) {
	const rest = `"iss":"https://id.example","aud":"https://api.example","exp":1767229200,"iat":1767225600`
	strict := dialects.RFC9068()
	members := map[string]string{"sub": `"s"`, "client_id": `"c"`, "jti": `"j"`}
	for name := range members {
		for _, value := range []string{`null`, `""`, members[name]} {
			payload := `{` + rest
			for other, good := range members {
				if other == name {
					good = value
				}
				payload += `,"` + other + `":` + good
			}
			if _, err := strict.Token(parse(t, payload+`}`)); (err == nil) != (value == members[name]) {
				t.Errorf("%s %s: %v", name, value, err)
			}
		}
	}
}

// TestANullAudienceIsNone reads aud, which may be null.
func TestANullAudienceIsNone(t *testing.T) {
	d := claims.Dialect{Audience: [][]string{{"aud"}, {"resource"}}}
	if got := read(t, d, with(`"sub":"s","aud":null`)).Audience; got != nil {
		t.Errorf("%q", got)
	}
	if got := read(t, d, with(`"sub":"s","aud":null,`+
		`"resource":"r"`)).Audience; !slices.Equal(got, []string{"r"}) {
		t.Errorf("%q", got)
	}
	if token, err := d.Token(parse(t, with(`"sub":"s","aud":[null]`))); err == nil {
		t.Errorf("an array of null: %q", token.Audience)
	}
}

// TestObjectsNameRolesThemselves reads roles as Casdoor (name), Spring Security (authority)
// and SCIM (value) write them.
func TestObjectsNameRolesThemselves(t *testing.T) {
	for value, want := range map[string][]string{
		`[{"owner":"built-in","name":"admin"},{"name":"reader"}]`:              {"admin", "reader"},
		`[{"authority":"ROLE_ADMIN"},{"authority":"ROLE_USER"}]`:               {"ROLE_ADMIN", "ROLE_USER"},
		`[{"value":"a","name":"A"},{"name":"b","authority":"B"}]`:              {"a", "b"},
		`[{"value":1,"name":"a"},{"value":null,"name":{},"authority":"b"}]`:    {"a", "b"},
		`[{"display":"x"},{"name":["x"]},{"Name":"x"},{"value":{"name":"x"}}]`: nil,
		`[{"name":""},"a"]`: {"a"},
	} {
		token := read(t, claims.Dialect{}, with(`"client_id":"c","roles":`+value+`,"groups":`+value))
		if !slices.Equal(token.Roles, want) || !slices.Equal(token.Groups, want) {
			t.Errorf("%s: %q, %q, want %q", value, token.Roles, token.Groups, want)
		}
	}
}
