package strictjson_test

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// A vector is one block of testdata/vectors.txt.
type vector struct {
	name, ids, document string
	want                error
}

var verdicts = map[string]error{
	"accept":     nil,
	"syntax":     strictjson.ErrSyntax,
	"not-object": strictjson.ErrNotObject,
	"encoding":   strictjson.ErrEncoding,
	"surrogate":  strictjson.ErrSurrogate,
	"duplicate":  strictjson.ErrDuplicate,
	"depth":      strictjson.ErrDepth,
	"range":      strictjson.ErrRange,
}

func vectors(t testing.TB) []vector {
	t.Helper()
	file, err := os.Open("testdata/vectors.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()

	var all []vector
	var v vector
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		key, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case key == "" || key[0] == '#':
			continue
		case key == "name":
			v = vector{name: strings.TrimSpace(value)}
			continue
		case key == "covers":
			v.ids = value
			continue
		case key == "expect":
			want, known := verdicts[value]
			if !known {
				t.Fatalf("line %d: unknown verdict %q", n, value)
			}
			v.want = want
			continue
		case key == "json":
			v.document = value
		case key == "quoted":
			if v.document, err = strconv.Unquote(value); err != nil {
				t.Fatalf("line %d: %v", n, err)
			}
		default:
			t.Fatalf("line %d: unknown key %q", n, key)
		}
		all = append(all, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("only %d vectors read", len(all))
	}
	return all
}

func TestVectors(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.name, func(t *testing.T) {
			covers(t, v.ids)
			if _, err := strictjson.Parse([]byte(v.document), nil); err != v.want {
				t.Errorf("Parse(%q) = %v, want %v", v.document, err, v.want)
			}
			if v.want == strictjson.ErrNotObject {
				return
			}
			forms := map[string]string{
				"alone":        v.document,
				"in space":     " \n" + v.document + "\t\r",
				"as a member":  `{"member":` + v.document + `}`,
				"in an array":  `[0,` + v.document + `]`,
				"deep inside":  `[{"a":[{"b":` + v.document + `}]}]`,
				"after others": `{"a":{"iss":1},"b":[{"sub":"x"}],"c":` + v.document + `,"d":1}`,
			}
			for form, document := range forms {
				if err := strictjson.Valid([]byte(document)); err != v.want {
					t.Errorf("%s: Valid(%q) = %v, want %v", form, document, err, v.want)
				}
			}
			agree(t, []byte(v.document))
		})
	}
}

// TestCut cuts every accepted document at every byte. The rest is never valid, and
// Parse never reads beyond its end.
func TestCut(t *testing.T) {
	for _, v := range vectors(t) {
		if v.want != nil {
			continue
		}
		document := strings.TrimRight(v.document, " \n")
		for n := range len(document) {
			cut := []byte(document)[:n:n]
			if _, err := strictjson.Parse(cut, nil); err == nil {
				t.Errorf("%s: Parse(%q) accepted a cut document", v.name, cut)
			}
		}
	}
}

func TestDepth(t *testing.T) {
	nest := func(opening, inner, closing string, n int) []byte {
		return []byte(strings.Repeat(opening, n) + inner + strings.Repeat(closing, n))
	}
	for _, tc := range []struct {
		name, ids string
		document  []byte
		want      error
	}{
		{"objects up to the limit", "", nest(`{"a":`, `1`, `}`, strictjson.MaxDepth), nil},
		{"objects beyond", "", nest(`{"a":`, `1`, `}`, strictjson.MaxDepth+1), strictjson.ErrDepth},
		{"arrays up to the limit", "",
			[]byte(`{"a":` + string(nest(`[`, ``, `]`, strictjson.MaxDepth-1)) + `}`), nil},
		{"arrays beyond", "", []byte(`{"a":` + string(nest(`[`, ``, `]`, strictjson.MaxDepth)) + `}`),
			strictjson.ErrDepth},
		{"both up to the limit", "", nest(`{"a":[`, `1`, `]}`, strictjson.MaxDepth/2), nil},
		{"both beyond", "", nest(`{"a":[`, `{}`, `]}`, strictjson.MaxDepth/2), strictjson.ErrDepth},
		{"twenty thousand levels", "ATK-C08", nest(`{"a":`, `1`, `}`, 20_000), strictjson.ErrDepth},
		{"a hundred thousand open arrays", "ATK-C08", []byte(`{"a":` + strings.Repeat(`[`, 100_000)),
			strictjson.ErrDepth},
		{"a hundred thousand open objects", "ATK-C08", []byte(strings.Repeat(`{"a":`, 100_000)),
			strictjson.ErrDepth},
		{"the limit counts what is open, not what was", "",
			[]byte(`{"a":[` + strings.Repeat(`[[]],`, 1000) + `0]}`), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			covers(t, tc.ids)
			if _, err := strictjson.Parse(tc.document, nil); err != tc.want {
				t.Errorf("Parse: %v, want %v", err, tc.want)
			}
			if err := strictjson.Valid(tc.document); err != tc.want {
				t.Errorf("Valid: %v, want %v", err, tc.want)
			}
			agree(t, tc.document)
		})
	}
	if err := strictjson.Valid(nest(`[`, ``, `]`, strictjson.MaxDepth)); err != nil {
		t.Errorf("Valid rejects arrays up to the limit: %v", err)
	}
	if err := strictjson.Valid(nest(`[`, ``, `]`, strictjson.MaxDepth+1)); err != strictjson.ErrDepth {
		t.Errorf("Valid of arrays beyond the limit: %v", err)
	}
}
