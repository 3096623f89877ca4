package keyring_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

const tableFile = "../../../docs/keys.md"

// compareTable checks that the documentation has the table of results, or
// writes it with -update.
func compareTable(t *testing.T, results map[string]outcome) {
	t.Helper()
	want := page(results)
	if *update {
		if err := os.MkdirAll("../../../docs", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(tableFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, want) {
		t.Errorf("docs/keys.md is not what the tests show now; run go test ./middleware/internal/keyring -run TestFaultMatrix -update")
	}
}

func page(results map[string]outcome) []byte {
	var b bytes.Buffer
	b.WriteString(introduction)
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
				fmt.Fprintf(&b, " %d / %d / %d / %s / %s |", o.wrong, o.hostile, o.fetches, seconds(o.longest), seconds(o.recovery))
			}
			b.WriteString("\n")
		}
	}
	return b.Bytes()
}

func seconds(d time.Duration) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Seconds()), ".0") + " s"
}

const introduction = `# Keys when the issuer is in trouble

How the keys of an issuer are kept, and a table of what happens to requests while it fails. The table is
written by a test: ` + "`go test ./middleware/internal/keyring -run TestFaultMatrix -update`" + `.

## The rules

| what | bound |
|---|---|
| keys are fresh for | the max-age of the answer, at least 1 min and at most 1 h; 10 min if it names none or says no-store or no-cache; less up to a tenth |
| after that | the next request starts a refresh in the background; the old keys serve meanwhile |
| a failed refresh is repeated after | 1 s, doubling to 1 min |
| without any good answer the last good keys serve for | 24 h since they were seen; then 503 |
| a key that left the set | verifies nothing from the next good answer on, cached tokens included |
| an unknown key id | waits for one fetch that all share, for 5 s at most |
| such fetches | three at once and one a second after that; a new key gives the three back, at most twice a second; while they find nothing new the time between them doubles from 5 s to 30 s (from 1 s to 10 s while they fail, to 5 s while there are no keys at all) |
| inside that time an unknown key id is | refused at once, 401 |
| a key id that a fetch did not find | is refused without another fetch for 1 s, doubling to 5 min, until a fetch has news |
| a token without key id | is admitted if exactly one key fits; if that one does not verify it, the issuer is asked as for an unknown key id |
| known key id, bad signature | no fetch |
| Retry-After of a 429 or 503 | honoured up to 1 min |
| metadata is read again | every hour; after 5 min if a key id stays unknown; when there is no key set where it was |
| metadata that fails, or names another issuer | changes nothing; the key set's address is trusted for 7 days without it |
| an answer | 200, no redirect, 1 MiB after decompression, 1,000 keys, 5 s for all requests of an attempt |

An answer that holds no usable key is a failed attempt, and so is one in which each key was published with its
private part while the keys in use were not. In a cold start a set of such keys is used, with its public parts,
and Health says so.

## The table

Each cell is a minute of the fault and half a minute after it, with a good and a hostile request four times a
second, on a virtual clock. Good requests bring what the column says; where that is an unknown key id, they
bring a known one beside it. A cell holds

    good requests wrongly refused / hostile requests admitted / HTTP requests to the issuer during the fault /
    longest wait of any request / time from the end of the fault to the next good request that was admitted

Wrongly refused is a good request whose key had been seen before, or could be had in spite of the fault. A key
that was never seen before the fault cannot be known during it: the last figure says how long it took after.
The first request after the end comes at 0.2 s.
`
