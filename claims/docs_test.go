package claims_test

import (
	"os"
	"strings"
	"testing"
)

// TestEveryDialectIsDocumented looks for each dialect function in the table of
// issuers, and for a function behind each row.
func TestEveryDialectIsDocumented(t *testing.T) {
	table, err := os.ReadFile("../docs/issuers.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for line := range strings.Lines(string(table)) {
		cells := strings.Split(line, " | ")
		if len(cells) != 7 || !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| Issuer") {
			continue
		}
		rows[strings.Trim(cells[1], "`")]++
		for i, cell := range cells {
			if strings.Trim(cell, "| \n") == "" {
				t.Errorf("row %s: cell %d is empty", cells[0], i+1)
			}
		}
	}
	if rows["the zero `claims.Dialect"] != 1 {
		t.Error("no row for the zero Dialect")
	}
	delete(rows, "the zero `claims.Dialect")
	for _, name := range dialectFunctions(t) {
		if rows[name] != 1 {
			t.Errorf("%s has %d rows, want one", name, rows[name])
		}
		delete(rows, name)
	}
	for name := range rows {
		t.Errorf("a row for %q, which is no function", name)
	}
}
