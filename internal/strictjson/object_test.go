package strictjson_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

func mustParse(t testing.TB, document string) strictjson.Object {
	t.Helper()
	o, err := strictjson.Parse([]byte(document), nil)
	if err != nil {
		t.Fatalf("Parse(%q): %v", document, err)
	}
	return o
}

func TestParseMembers(t *testing.T) {
	o := mustParse(t, ` { "iss" : "a" , "\u0061ud": [ "x" , "y" ] ,"n":1.50, "o" : { "p" : null } } `)
	want := [][2]string{{"iss", `"a"`}, {"aud", `[ "x" , "y" ]`}, {"n", `1.50`}, {"o", `{ "p" : null }`}}
	if len(o) != len(want) {
		t.Fatalf("%d members, want %d", len(o), len(want))
	}
	for i, m := range o {
		if m.Name != want[i][0] || string(m.Value) != want[i][1] {
			t.Errorf("member %d is %q: %q, want %q", i, m.Name, m.Value, want[i])
		}
		if cap(m.Value) != len(m.Value) {
			t.Errorf("value of %q has spare capacity: appending would overwrite the input", m.Name)
		}
	}
}

func TestParseIntoBuffer(t *testing.T) {
	buf := make(strictjson.Object, 3, 8)
	buf[0].Name = "old"
	o, err := strictjson.Parse([]byte(`{"a":1,"b":2}`), buf)
	if err != nil || len(o) != 2 || o[0].Name != "a" || o[1].Name != "b" {
		t.Fatalf("Parse = %v, %v", o, err)
	}
	if &o[0] != &buf[0] {
		t.Error("the buffer is not used though it is large enough")
	}
	if o, err := strictjson.Parse([]byte(`{"a":1,"a":2}`), buf); err != strictjson.ErrDuplicate || o != nil {
		t.Errorf("rejected document: %v, %v; want no object", o, err)
	}
	if o, err := strictjson.Parse([]byte(`{}`), buf); err != nil || len(o) != 0 {
		t.Errorf("empty object into a used buffer: %v, %v", o, err)
	}
}

// TestManyMembers has fewer and more members than pairwiseMax, where the search for
// duplicates changes.
func TestManyMembers(t *testing.T) {
	for _, n := range []int{1, 2, 8, 9, 23, 24, 25, 26, 100, 10_000} {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"name%d":%d,`, i, i)
		}
		members := strings.TrimSuffix(b.String(), ",")
		for _, last := range []struct {
			member string
			want   error
		}{
			{"", nil},
			{`,"other":0`, nil},
			{`,"name0":0`, strictjson.ErrDuplicate},
			{fmt.Sprintf(`,"nam\u0065%d":0`, n-1), strictjson.ErrDuplicate},
			{fmt.Sprintf(`,"nam\u0065%d":0`, n/2), strictjson.ErrDuplicate},
		} {
			t.Run(fmt.Sprintf("%d%s", n, last.member), func(t *testing.T) {
				document := `{` + members + last.member + `}`
				o, err := strictjson.Parse([]byte(document), nil)
				if err != last.want {
					t.Fatalf("Parse: %v, want %v", err, last.want)
				}
				if err := strictjson.Valid([]byte(`{"before":{"name0":0},"in":[` + document +
					`,{"name0":0}]}`)); err != last.want {
					t.Errorf("nested: %v, want %v", err, last.want)
				}
				if err != nil {
					return
				}
				if raw, ok := o.Get(fmt.Sprintf("name%d", n-1)); !ok || string(raw) != fmt.Sprint(n-1) {
					t.Errorf("Get of the last one = %q, %v", raw, ok)
				}
			})
		}
	}
}

func TestManyElements(t *testing.T) {
	const n = 100_000
	raw := []byte(`[` + strings.Repeat(`"role",{"a":1},`, n/2) + `0]`)
	if err := strictjson.Valid(raw); err != nil {
		t.Fatal(err)
	}
	count := 0
	if !strictjson.Each(raw, func([]byte) bool { count++; return true }) || count != n+1 {
		t.Errorf("%d elements, want %d", count, n+1)
	}
}

func TestGetAndLookup(t *testing.T) {
	o := mustParse(t, `{"realm_access":{"roles":["a"],"\u006dore":{"x":1}},"a.b":{"c/d":2},"sub":"s","null":null,"":{"":3},"empty":{}}`)
	for _, tc := range []struct {
		path []string
		want string
		ok   bool
	}{
		{[]string{"sub"}, `"s"`, true},
		{[]string{"null"}, `null`, true},
		{[]string{"realm_access", "roles"}, `["a"]`, true},
		{[]string{"realm_access", "more", "x"}, `1`, true},
		{[]string{"a.b", "c/d"}, `2`, true},
		{[]string{"", ""}, `3`, true},
		{nil, "", false},
		{[]string{"Sub"}, "", false},
		{[]string{"realm_access", "Roles"}, "", false},
		{[]string{"realm_access", "roles", "0"}, "", false},
		{[]string{"realm_access", "more", "y"}, "", false},
		{[]string{"a", "b"}, "", false},
		{[]string{"sub", "x"}, "", false},
		{[]string{"null", "x"}, "", false},
		{[]string{"empty", ""}, "", false},
		{[]string{"none", "x", "y"}, "", false},
	} {
		t.Run(strings.Join(tc.path, ">"), func(t *testing.T) {
			raw, ok := o.Lookup(tc.path...)
			if string(raw) != tc.want || ok != tc.ok {
				t.Errorf("Lookup = %q, %v, want %q, %v", raw, ok, tc.want, tc.ok)
			}
			if cap(raw) != len(raw) {
				t.Error("the value has spare capacity: appending would overwrite the input")
			}
			if len(tc.path) == 1 {
				if raw, ok := o.Get(tc.path[0]); string(raw) != tc.want || ok != tc.ok {
					t.Errorf("Get = %q, %v, want %q, %v", raw, ok, tc.want, tc.ok)
				}
			}
		})
	}
	if raw, ok := strictjson.Object(nil).Get(""); ok || raw != nil {
		t.Errorf("Get of no members = %q, %v", raw, ok)
	}
}

func TestEach(t *testing.T) {
	for _, tc := range []struct {
		raw  string
		want []string
		ok   bool
	}{
		{`[]`, nil, true},
		{`[ ]`, nil, true},
		{`[ 1 , "a,]" ,[2,3], {"b":[4]} ,null]`, []string{`1`, `"a,]"`, `[2,3]`, `{"b":[4]}`, `null`}, true},
		{``, nil, false},
		{`"a"`, nil, false},
		{`{"a":1}`, nil, false},
		{`null`, nil, false},
		{`[`, nil, false},
		{`[1`, []string{`1`}, false},
		{`[1,`, []string{`1`}, false},
		{`[1,]`, []string{`1`}, false},
		{`[1}`, []string{`1`}, false},
		{`[1] 2`, []string{`1`}, false},
		{`[] 2`, nil, false},
		{`[stop,1]`, nil, false},
		{`["stop",1]`, []string{`"stop"`}, false},
	} {
		t.Run(tc.raw, func(t *testing.T) {
			var got []string
			ok := strictjson.Each([]byte(tc.raw), func(elem []byte) bool {
				got = append(got, string(elem))
				return string(elem) != `"stop"`
			})
			if ok != tc.ok || !slices.Equal(got, tc.want) {
				t.Errorf("Each(%s) = %v with %q, want %v with %q", tc.raw, ok, got, tc.ok, tc.want)
			}
		})
	}
}

func TestMembers(t *testing.T) {
	for _, raw := range []string{``, `[]`, `"a"`, `null`, `{"a":1`, `{"a":1,"a":2}`} {
		if o, ok := strictjson.Members([]byte(raw)); ok || o != nil {
			t.Errorf("Members(%s) = %v, true", raw, o)
		}
	}
	if o, ok := strictjson.Members([]byte(`{"jkt":"x","x5t#S256":"y"}`)); !ok || len(o) != 2 ||
		o[1].Name != "x5t#S256" {
		t.Errorf("Members = %v, %v", o, ok)
	}
}

func TestStrings(t *testing.T) {
	for _, tc := range []struct {
		raw  string
		want []string
		ok   bool
	}{
		{`[]`, nil, true},
		{`["a"]`, []string{"a"}, true},
		{` [ "a" , "b,\u0063" , "" ] `, []string{"a", "b,c", ""}, true},
		{`["a",1]`, nil, false},
		{`["a",null]`, nil, false},
		{`["a",["b"]]`, nil, false},
		{`"a"`, nil, false},
		{`{"a":"b"}`, nil, false},
		{`null`, nil, false},
		{`["a"`, nil, false},
		{`["a","\ud800"]`, nil, false},
	} {
		t.Run(tc.raw, func(t *testing.T) {
			if got, ok := strictjson.Strings([]byte(tc.raw)); ok != tc.ok || !slices.Equal(got, tc.want) {
				t.Errorf("Strings(%s) = %q, %v, want %q, %v", tc.raw, got, ok, tc.want, tc.ok)
			}
		})
	}
}
