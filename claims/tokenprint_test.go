package claims_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
)

// TestNothingIsPrinted formats and logs a token in every way and looks for fields
// that may identify a person.
func TestNothingIsPrinted(t *testing.T) {
	const secret = "s3cr3t"
	token := read(t, claims.Dialect{}, with(`
		"sub":"s3cr3t-sub","jti":"s3cr3t-jti","acr":"s3cr3t","amr":["s3cr3t"],"aud":["s3cr3t-aud"],
		"client_id":"portal","tenant":"acme","source_system":"erp",
		"scope":"s3cr3t-scope","roles":["s3cr3t-role"],"groups":["s3cr3t-group"],
		"email":"s3cr3t@example.com"`))
	printed := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%T %v", "%10v"} {
		args := []any{token}
		if strings.Count(verb, "%") == 2 {
			args = []any{token, token}
		}
		printed["pointer "+verb] = fmt.Sprintf(verb, args...)
		if len(args) == 1 {
			printed["value "+verb] = fmt.Sprintf(verb, *token)
			printed["in a struct "+verb] = fmt.Sprintf(verb, struct{ T claims.Token }{*token})
			printed["in a slice "+verb] = fmt.Sprintf(verb, []claims.Token{*token})
			printed["in a map "+verb] = fmt.Sprintf(verb, map[string]*claims.Token{"t": token})
		}
	}
	for name, v := range map[string]any{"pointer": token, "value": *token,
		"in a struct": struct{ T claims.Token }{*token}} {
		text, err := json.Marshal(v)
		if err != nil || !strings.Contains(string(text), "portal") {
			t.Errorf("JSON %s: %s, %v", name, text, err)
		}
		printed["JSON "+name] = string(text)
	}
	printed["Print"] = fmt.Sprint(token)
	printed["error"] = fmt.Errorf("rejected: %v", token).Error()
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
	} {
		var b bytes.Buffer
		log := slog.New(handler(&b)).With("before", token)
		log.Info("m", "pointer", token, "value", *token, slog.Group("g", "t", token), "in a struct",
			struct{ T *claims.Token }{token})
		printed["slog "+name] = b.String()
		for _, want := range []string{"portal", "acme", "erp", "op.example.com"} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("slog %s does not tell %q", name, want)
			}
		}
	}
	for how, text := range printed {
		if strings.Contains(text, secret) || strings.Contains(text, "czNjcjN0") { // also in base64
			t.Errorf("%s prints %s", how, text)
		}
		if !strings.Contains(text, "portal") && !strings.Contains(how, "map") {
			t.Errorf("%s does not name the client: %s", how, text)
		}
	}
}

// TestNilToken uses a nil *Token in every way that a handler on a route without
// a guard can. Nothing may panic, or print a recovered panic.
func TestNilToken(t *testing.T) {
	var token *claims.Token
	logged := func(handler func(*bytes.Buffer) slog.Handler) string {
		var b bytes.Buffer
		slog.New(handler(&b)).Info("m", slog.Any("token", token), slog.Group("g", "token", token))
		return b.String()
	}
	noTime := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	marshaled := func(v any) string {
		text, err := json.Marshal(v)
		return fmt.Sprint(string(text), err)
	}
	for _, c := range []struct{ name, got, want string }{
		{"%v", fmt.Sprintf("%v", token), "<nil>"},
		{"%+v", fmt.Sprintf("%+v", token), "<nil>"},
		{"%s", fmt.Sprintf("%s", token), "<nil>"},
		{"%#v", fmt.Sprintf("%#v", token), "<nil>"},
		{"%q", fmt.Sprintf("%q", token), "<nil>"},
		{"%d", fmt.Sprintf("%d", token), "<nil>"},
		{"%v in a struct", fmt.Sprintf("%v", struct{ T *claims.Token }{token}), "{<nil>}"},
		{"Println", fmt.Sprintln(token), "<nil>\n"},
		{"slog text", logged(func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, noTime) }),
			"level=INFO msg=m token=<nil> g.token=<nil>\n"},
		{"slog JSON", logged(func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, noTime) }),
			`{"level":"INFO","msg":"m","token":null,"g":{"token":null}}` + "\n"},
		{"json.Marshal", marshaled(token), "null<nil>"},
		{"json.Marshal in a struct", marshaled(struct{ T *claims.Token }{token}), `{"T":null}<nil>`},
		{"LogValue", token.LogValue().String(), "<nil>"},
		{"Decode", fmt.Sprint(token.Decode(&struct{}{})), "claims: the token has no payload"},
		{"Get", fmt.Sprint(claims.Get[bool](token, "sub")), "false false"},
	} {
		if c.got != c.want {
			t.Errorf("%s of a nil Token = %q, want %q", c.name, c.got, c.want)
		}
	}
	if got, ok := claims.FromContext(claims.NewContext(t.Context(), token)); ok || got != nil {
		t.Errorf("FromContext = %v, %v, want no token", got, ok)
	}
}

// TestEveryFieldSaysWhetherItIsPrinted compares the members of the JSON form of a
// Token with those of its log form.
func TestEveryFieldSaysWhetherItIsPrinted(t *testing.T) {
	var want []string
	for _, attr := range new(claims.Token).LogValue().Group() {
		want = append(want, attr.Key)
	}
	var got []string
	for field := range reflect.TypeFor[claims.Token]().Fields() {
		if !field.IsExported() {
			continue
		}
		tag, ok := field.Tag.Lookup("json")
		if !ok {
			t.Errorf("field %s has no json tag", field.Name)
		}
		if tag != "-" {
			got = append(got, tag)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("JSON has %q, the log %q", got, want)
	}
}

func TestKindString(t *testing.T) {
	for kind, want := range map[claims.Kind]string{
		0: "unknown", claims.KindClient: "client", claims.KindUser: "user", claims.Kind(9): "unknown",
	} {
		if got := kind.String(); got != want {
			t.Errorf("Kind(%d) = %q, want %q", kind, got, want)
		}
	}
}
