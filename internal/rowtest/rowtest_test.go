package rowtest_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/rowtest"
)

func TestMain(m *testing.M) { os.Exit(rowtest.Main(m)) }

func TestIDs(t *testing.T) {
	for name, want := range map[string]string{
		"B-21 no scope":            "B-21",
		"PRM-12 MCP-02 twice B-21": "B-21 MCP-02 PRM-12",
		"AT-01 is not T-01":        "AT-01 T-01",
		"ATK-C15 crit":             "ATK-C15",
		"RS-256, K-1 and b-21":     "",
	} {
		if got := strings.Join(rowtest.IDs(name), " "); got != want {
			t.Errorf("IDs(%q) = %q, want %q", name, got, want)
		}
	}
}

var elsewhere = []string{"ZZ-03 in a variable"}

func TestFind(t *testing.T) {
	for _, name := range []string{"ZZ-01 here", "ZZ-02 ZZ-04 two of them"} {
		t.Run(name, func(*testing.T) {})
	}
	for _, name := range elsewhere {
		t.Run(name, func(*testing.T) {})
	}
	for id, want := range map[string]string{"ZZ-01": "TestFind TestPattern", "ZZ-03": "TestFind", "ZZ-04": "TestFind", "Z" + "Z-05": ""} {
		if got := strings.Join(rowtest.Find(".", id), " "); got != want {
			t.Errorf("Find(%s) = %q, want %q", id, got, want)
		}
	}
	if rowtest.Pattern(".", "Z"+"Z-05") != "" {
		t.Error("a pattern for a row without tests")
	}
}

// TestPattern holds the second level of the pattern against names.
func TestPattern(t *testing.T) {
	_, second, ok := strings.Cut(rowtest.Pattern(".", "ZZ-01"), "/")
	if !ok {
		t.Fatal("one level only")
	}
	re := regexp.MustCompile(second)
	var found []string
	for _, name := range []string{"ZZ-01", "ZZ-01_here", "PRM-12_ZZ-01", "ZZ-012", "XZZ-01", "ZZ-02"} {
		if re.MatchString(name) {
			found = append(found, name)
		}
	}
	if want := []string{"ZZ-01", "ZZ-01_here", "PRM-12_ZZ-01"}; !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
}
