package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const twoFiles = `Why this check is there.
diff --git a/p/a.go b/p/a.go
index 1..2 100644
--- a/p/a.go
+++ b/p/a.go
@@ -10,3 +10,3 @@ func f()
 	{
-	if bad() {
+	if bad() && !off("a bad x") {
 		return

@@ -40 +40 @@
-	y
+	y && off("a bad x")
\ No newline at end of file
--- a/p/b.go
+++ b/p/b.go
@@ -1 +1 @@
-	z
+	off("a bad x")
`

func TestParseCheck(t *testing.T) {
	c, err := parseCheck("a-bad-x.diff", twoFiles)
	if err != nil {
		t.Fatal(err)
	}
	want := []hunk{
		{"p/a.go", []string{"\t{\n", "\tif bad() {\n", "\t\treturn\n", "\n"},
			[]string{"\t{\n", "\tif bad() && !off(\"a bad x\") {\n", "\t\treturn\n", "\n"}},
		{"p/a.go", []string{"\ty\n"}, []string{"\ty && off(\"a bad x\")\n"}},
		{"p/b.go", []string{"\tz\n"}, []string{"\toff(\"a bad x\")\n"}},
	}
	if c.name != "a bad x" || !slices.EqualFunc(c.hunks, want, func(a, b hunk) bool {
		return a.path == b.path && slices.Equal(a.old, b.old) && slices.Equal(a.new, b.new)
	}) {
		t.Errorf("%q", c)
	}
	one := "--- a/p/a.go\n+++ b/p/a.go\n@@ -1 +1 @@\n"
	for name, c := range map[string]struct{ file, text, want string }{
		"another file name":               {"x.diff", twoFiles, "rename it to a-bad-x.diff"},
		"no switch":                       {"a.diff", one + "-x\n+y\n", "one expected"},
		"two switches":                    {"a.diff", one + "-x\n+off(\"a\") || off(\"b\")\n", "one expected"},
		"a hunk before its file":          {"a.diff", "@@ -1 +1 @@\n-x\n+off(\"a\")\n", "before the name"},
		"a switch that was there already": {"b.diff", one + "-off(\"b\")\n+!off(\"b\")\n", "one expected"},
	} {
		t.Run(name+" is an error", func(t *testing.T) {
			if _, err := parseCheck(c.file, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q in it", err, c.want)
			}
		})
	}
	t.Run("a second check on a line has the first in its old lines", func(t *testing.T) {
		c, err := parseCheck("b.diff", one+"-off(\"a\")\n+off(\"a\") || off(\"b\")\n")
		if err != nil || c.name != "b" {
			t.Errorf("%q %v", c.name, err)
		}
	})
}

func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		"two Authorization fields": "two-authorization-fields.diff",
		"a key's own issuer":       "a-keys-own-issuer.diff",
		"config: https":            "config-https.diff",
		"UTF-8":                    "utf-8.diff",
	} {
		if got := fileName(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestApply(t *testing.T) {
	h := hunk{"x.go", []string{"b\n", "c\n"}, []string{"b\n", "x\n"}}
	for _, c := range []struct{ name, text, want string }{
		{"its lines are replaced", "a\nb\nc\nd\n", "a\nb\nx\nd\n"},
		{"the end of the file", "a\nb\nc\n", "a\nb\nx\n"},
		{"its lines are not there", "a\nb\nd\n", ""},
		{"its lines are there twice", "b\nc\nb\nc\n", ""},
		{"a part of a line is not the line", "ab\nc\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := h.apply(c.text); got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("%q %v, want %q", got, err, c.want)
			}
		})
	}
	if _, err := (&hunk{path: "x.go", new: []string{"x\n"}}).apply("a\n"); err == nil {
		t.Error("a hunk without lines has a place")
	}
}

func TestInstrument(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte("package other\n\nvar x = true\n"),
		0o644); err != nil {
		t.Fatal(err)
	}
	line := func(old, new string) []hunk {
		return []hunk{{"p.go", []string{old + "\n"}, []string{new + "\n"}}}
	}
	err := instrument(dir, []check{
		{"a", "a.diff", line("var x = true", `var x = off("a")`)},
		{"b", "b.diff", line("var x = false", `var x = off("b")`)},
		{"c", "c.diff", line(`var x = off("a")`, `var x = off("a") || off("c")`)},
		{"d", "d.diff", line("var y", `var y = off("d")`)},
	})
	if err == nil || !strings.Contains(err.Error(), "b.diff does not apply") ||
		!strings.Contains(err.Error(), "d.diff does not apply") || strings.Contains(err.Error(), "c.diff") {
		t.Errorf("the error does not name b.diff and d.diff alone: %v", err)
	}
	for file, want := range map[string]string{"p.go": `var x = off("a") || off("c")`,
		"off_switch.go": "package other\n"} {
		if text, err := os.ReadFile(filepath.Join(dir, file)); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, %s", file, err, text)
		}
	}
}

// TestChecks shows that every diff applies to the code as it is now.
func TestChecks(t *testing.T) {
	t.Chdir("../../..")
	all, err := readChecks(checks)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, c := range all {
		for _, h := range c.hunks {
			text, err := os.ReadFile(h.path)
			if err != nil {
				t.Fatal(err)
			}
			copied := filepath.Join(dir, h.path)
			if err := errors.Join(os.MkdirAll(filepath.Dir(copied), 0o755),
				os.WriteFile(copied, text, 0o644)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(instrument(dir, all), checkNames(all)); err != nil {
		t.Error(err)
	}
}

func TestFirstFailure(t *testing.T) {
	for _, c := range []struct{ name, out, want string }{
		{"the subtest", "--- FAIL: TestX (0.1s)\n    --- FAIL: TestX/a|b (0.1s)\n--- FAIL: TestY (0s)\n",
			`TestX/a\|b`},
		{"a test without subtests", "--- FAIL: TestX (0.1s)\n--- FAIL: TestY (0s)\n", "TestX"},
		{"a panic", "panic: x\n\ngoroutine 1\nmiddleware_test.TestZ.func1(0x1)\n", "TestZ (panic)"},
		{"all pass", "PASS\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := firstFailure(c.out); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestStages(t *testing.T) {
	all := []check{{"a", "a.diff", []hunk{{path: "claims/x.go"}, {path: "middleware/x.go"}}},
		{"b", "b.diff", []hunk{{path: "claims/y.go"}}}}
	var dirs []string
	for _, s := range stages(all) {
		dirs = append(dirs, s.dir)
	}
	if want := []string{"middleware", "claims", "adapters/httpauth"}; !slices.Equal(dirs, want) {
		t.Errorf("%q, want %q", dirs, want)
	}
}

func TestRan(t *testing.T) {
	for _, c := range []struct {
		name, run, out string
		want           bool
	}{
		{"any test", "", "--- PASS: TestX (0s)\n", true},
		{"no test", "", "PASS\n", false},
		{"a test at the depth of the pattern", "^TestX$/^a$",
			"--- PASS: TestX (0s)\n    --- PASS: TestX/a (0s)\n", true},
		{"only the test around it", "^TestX$/^a$", "--- PASS: TestX (0s)\n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := (stage{run: c.run}).ran(c.out); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
