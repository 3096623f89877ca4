package claims_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
)

func TestAudience(t *testing.T) {
	d := claims.Dialect{Audience: [][]string{{"aud"}, {"resource"}}}
	token := read(t, d, with(`"aud":"a","resource":["b","a"]`))
	if want := []string{"a", "b", "a"}; !slices.Equal(token.Audience, want) {
		t.Errorf("Audience = %q, want %q", token.Audience, want)
	}
}

func TestScopes(t *testing.T) {
	for _, c := range []struct {
		name, members string
		want          []string
	}{
		{"string", `"scope":"a b"`, []string{"a", "b"}},
		{"array", `"scope":["a","b"]`, []string{"a", "b"}},
		{"array elements are not split", `"scope":["a b","c"]`, []string{"a b", "c"}},
		{"empty string", `"scope":""`, nil},
		{"empty array", `"scope":[]`, nil},
		{"an empty element", `"scope":["","a"]`, []string{"a"}},
		{"null", `"scope":null`, nil},
		{"absent", `"x":1`, nil},
		{"spaces around and between", `"scope":"  a   b "`, []string{"a", "b"}},
		{"comma", `"scope":"a,b"`, []string{"a,b"}},
		{"tab", `"scope":"a\tb"`, []string{"a\tb"}},
		{"line feed", `"scope":"a\nb"`, []string{"a\nb"}},
		{"no-break space", `"scope":"a\u00a0b"`, []string{"a\u00a0b"}},
		{"ideographic space", `"scope":"a\u3000b"`, []string{"a\u3000b"}},
		{"escaped space", `"scope":"a\u0020b"`, []string{"a", "b"}},
		{"case counts", `"scope":"Read read"`, []string{"Read", "read"}},
		{"twice", `"scope":"a b a"`, []string{"a", "b"}},
		{"both names, in the dialect's order", `"scp":["c","a"],"scope":"a b"`, []string{"a", "b", "c"}},
		{"scope null, scp there", `"scope":null,"scp":"a"`, []string{"a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := read(t, claims.Dialect{},
				with(`"client_id":"c",`+c.members)).Scopes; !slices.Equal(got, c.want) {
				t.Errorf("Scopes = %q, want %q", got, c.want)
			}
		})
	}
}

func TestScopePrefix(t *testing.T) {
	d := claims.Dialect{ScopePrefix: "api/"}
	token := read(t, d, with(`"client_id":"c","scope":"api/read api/write write other/read api/ Api/x api/api/y"`))
	if want := []string{"read", "write", "other/read", "Api/x", "api/y"}; !slices.Equal(token.Scopes, want) {
		t.Errorf("Scopes = %q, want %q", token.Scopes, want)
	}
}

func TestStringScope(t *testing.T) {
	d := claims.Dialect{StringScope: true}
	for payload, ok := range map[string]bool{
		with(`"client_id":"c","scope":"a b"`):   true,
		with(`"client_id":"c"`):                 true,
		with(`"client_id":"c","scope":""`):      true,
		with(`"client_id":"c","scope":["a"]`):   false,
		with(`"client_id":"c","scope":null`):    false,
		with(`"client_id":"c","scope":["a b"]`): false,
	} {
		if _, err := d.Token(parse(t, payload)); (err == nil) != ok {
			t.Errorf("%s: %v", payload, err)
		}
	}
}

func TestClientScopes(t *testing.T) {
	d := claims.Dialect{ClientScopes: [][]string{{"roles"}}}
	client := read(t, d, with(`"client_id":"c","scope":"a","roles":["b","a"]`))
	if want := []string{"a", "b"}; !slices.Equal(client.Scopes, want) {
		t.Errorf("a client's Scopes = %q, want %q", client.Scopes, want)
	}
	user := read(t, d, with(`"client_id":"c","sub":"alice","scope":"a","roles":["b"]`))
	if want := []string{"a"}; !slices.Equal(user.Scopes, want) {
		t.Errorf("a user's Scopes = %q, want %q", user.Scopes, want)
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        []string
	}{
		{"array", `["a","b"]`, []string{"a", "b"}},
		{"string", `"a b"`, []string{"a b"}},
		{"member names", `{"admin":{"1":"x"},"reader":{}}`, []string{"admin", "reader"}},
		{"objects with a value", `[{"value":"a","display":"A"},{"value":"b"}]`, []string{"a", "b"}},
		{"twice", `["a","b","a"]`, []string{"a", "b"}},
		{"others grant nothing", `["a",1,null,true,["x"],{"display":"x"},{"value":1},""]`, []string{"a"}},
		{"number", `7`, nil},
		{"null", `null`, nil},
		{"true", `true`, nil},
		{"empty string", `""`, nil},
		{"empty array", `[]`, nil},
		{"escaped member name", `{"ad\u006din":1}`, []string{"admin"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			token := read(t, claims.Dialect{}, with(`"client_id":"c","roles":`+c.value+`,"groups":`+c.value))
			if !slices.Equal(token.Roles, c.want) || !slices.Equal(token.Groups, c.want) {
				t.Errorf("Roles, Groups = %q, %q, want %q", token.Roles, token.Groups, c.want)
			}
		})
	}
}

// TestRolesAtThisAPI reads the roles at this API alone.
func TestRolesAtThisAPI(t *testing.T) {
	d := claims.Dialect{Roles: [][]string{
		{"resource_access", "{audience}", "roles"},
		{"project:" + "{audience}" + ":roles"},
	}}
	payload := with(`"client_id":"c","aud":["other","mine","mine-too"],
		"resource_access":{"mine":{"roles":["r1"]},"mine-too":{"roles":["r2"]},"other":{"roles":["admin"]},"{audience}":{"roles":["root"]}},
		"project:mine:roles":{"r3":{}},"project:other:roles":{"owner":{}},"project:{audience}:roles":{"root":{}}`)
	for _, c := range []struct {
		name      string
		audiences []string
		want      []string
	}{
		{"one name", []string{"mine"}, []string{"r1", "r3"}},
		{"two names", []string{"mine-too", "mine"}, []string{"r1", "r2", "r3"}},
		{"a name that the token does not have", []string{"absent"}, nil},
		{"no name", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := read(t, d, payload, c.audiences...).Roles; !slices.Equal(got, c.want) {
				t.Errorf("Roles = %q, want %q", got, c.want)
			}
		})
	}
}

// TestListsHaveNoSpareCapacity appends to each list. The other lists must not
// change.
func TestListsHaveNoSpareCapacity(t *testing.T) {
	token := read(t, claims.Dialect{}, with(`"aud":["a"],"scope":"b","roles":["c"],"groups":["d"],"amr":["e"]`))
	for _, list := range [][]string{token.Audience, token.Scopes, token.Roles, token.Groups, token.AMR} {
		_ = append(list, "overwritten", "overwritten")
	}
	if got := fmt.Sprint(token.Audience, token.Scopes, token.Roles, token.Groups,
		token.AMR); got != "[a] [b] [c] [d] [e]" {
		t.Errorf("lists = %s", got)
	}
}

// TestListsAndStringsDoNotOverlap reads tokens with lists and strings of many
// lengths, which share memory.
func TestListsAndStringsDoNotOverlap(t *testing.T) {
	lengths := []int{0, 1, 5, 20}
	names := [...]string{"aud", "scope", "scp", "roles", "groups", "amr"}
	var counts [len(names)]int
	var check func(i int)
	check = func(i int) {
		if i < len(names) {
			for _, n := range lengths {
				counts[i] = n
				check(i + 1)
			}
			return
		}
		claim := map[string]any{"exp": 1, "sub": strings.Repeat("s", 1+counts[0]*5),
			"client_id": strings.Repeat("c", 1+counts[1]*3)}
		lists := map[string][]string{}
		for i, name := range names {
			list := make([]string, counts[i])
			for j := range list {
				list[j] = fmt.Sprintf("%s-%d\u00e4\"", name, j)
			}
			claim[name], lists[name] = list, list
		}
		payload, err := json.Marshal(claim)
		if err != nil {
			t.Fatal(err)
		}
		token := read(t, claims.Dialect{}, string(payload), "aud-0\u00e4\"")
		for name, list := range map[string][2][]string{
			"aud":    {token.Audience, lists["aud"]},
			"scopes": {token.Scopes, slices.Concat(lists["scope"], lists["scp"])},
			"roles":  {token.Roles, lists["roles"]},
			"groups": {token.Groups, lists["groups"]},
			"amr":    {token.AMR, lists["amr"]},
		} {
			if !slices.Equal(list[0], list[1]) {
				t.Fatalf("lengths %v: %s = %q, want %q", counts, name, list[0], list[1])
			}
		}
		if token.Subject != claim["sub"] || token.ClientID != claim["client_id"] {
			t.Fatalf("lengths %v: Subject, ClientID = %q, %q", counts, token.Subject, token.ClientID)
		}
	}
	check(0)
}
