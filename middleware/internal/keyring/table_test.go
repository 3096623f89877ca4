package keyring_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	tableFile = "../../../docs/keys.md"
	tableMark = "<!-- tables: written by TestFaultMatrix -->\n"
)

// compareTable checks that the tables in the documentation are those of results,
// or writes them with -update.
func compareTable(t *testing.T, results map[string]outcome) {
	t.Helper()
	page, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	before, have, found := bytes.Cut(page, []byte(tableMark))
	if !found {
		t.Fatalf("docs/keys.md has no line %q", tableMark)
	}
	want := tables(results)
	if *update {
		if err := os.WriteFile(tableFile, slices.Concat(before, []byte(tableMark), want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(have, want) {
		t.Errorf("the tables of docs/keys.md are not those of this run; " +
			"run go test ./middleware/internal/keyring -run TestFaultMatrix -update")
	}
}

func tables(results map[string]outcome) []byte {
	var b bytes.Buffer
	for _, moment := range moments {
		fmt.Fprintf(&b, "\n### The fault begins %s\n\n| fault |", moment)
		for _, arrival := range arrivals {
			fmt.Fprintf(&b, " %s |", arrival)
		}
		b.WriteString("\n|---|" + strings.Repeat("---|", len(arrivals)) + "\n")
		for _, c := range faultCases {
			fmt.Fprintf(&b, "| %s |", c.name)
			for _, arrival := range arrivals {
				o := results[c.name+"/"+moment+"/"+arrival]
				fmt.Fprintf(&b, " %d / %d / %d / %s / %s |", o.wrong, o.hostile, o.fetches, seconds(o.longest),
					seconds(o.recovery))
			}
			b.WriteString("\n")
		}
	}
	return b.Bytes()
}

func seconds(d time.Duration) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Seconds()), ".0") + " s"
}
