package claimstest

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/claims"
)

// Run reads every payload file, *.json, in files with its dialect, in a subtest
// with the name of the file. The package comment describes the format. The
// lookup function returns the dialect of a name; dialects.ByName is one. Run
// fails t if files has no payload file.
//
// The further functions, if any, are called in the subtest of each file that
// reads as expected, for example to send the token to an API. They get the
// content of the file, the dialect with the file's config applied, and the token
// that it has read, which is nil if the dialect rejects the payload.
func Run(
	t *testing.T, files fs.FS, lookup func(name string) (claims.Dialect, error),
	further ...func(t *testing.T, file []byte, d claims.Dialect, token *claims.Token),
) {
	t.Helper()
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatal("no payload files: name the folder that holds them")
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(name, ".json"), func(t *testing.T) {
			content, err := fs.ReadFile(files, name)
			if err != nil {
				t.Fatal(err)
			}
			f, err := parse(content)
			if err != nil {
				t.Fatal(err)
			}
			d, err := lookup(f.Dialect)
			if err != nil {
				t.Fatal(err)
			}
			f.Config.configure(&d)
			token, differences := f.check(&d)
			for _, difference := range differences {
				t.Error(difference)
			}
			if t.Failed() {
				return
			}
			for _, test := range further {
				test(t, content, d, token)
			}
		})
	}
}
