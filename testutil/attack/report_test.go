package attack_test

import (
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/testutil"
	"github.com/bearerguard/bearerguard/testutil/attack"
)

// weak is byHand with a weakness, and one algorithm to be quick.
func weak(weakness string) attack.Target {
	return attack.Target{
		Path: "/v1/deals", Scope: theScope, Algorithms: []string{"ES256"},
		API: func(issuer *testutil.Issuer, handler http.Handler) http.Handler {
			g := newGuard(issuer, handler)
			g.weakness = weakness
			return g
		},
	}
}

// reported are targets whose reports other tests read, by name.
var reported = map[string]func() attack.Target{
	"admits":       func() attack.Target { return weak("audience: a star") },
	"rejects good": func() attack.Target { return weak("good: whole seconds only") },
	"left out": func() attack.Target {
		target := weak("audience: a star")
		target.Without = map[string]string{"audience/pattern": "ours", "scope/*": "no scopes here"}
		return target
	},
	"no scope": func() attack.Target {
		target := weak("scope: not looked at")
		target.Scope = ""
		return target
	},
	"groups": func() attack.Target {
		target := weak("")
		target.Strict, target.RFC9068 = true, true
		target.MaxAge, target.Revoke = 24*time.Hour, func(string) {}
		return target
	},
}

const reportOf = "ATTACK_REPORT_OF"

// TestReported runs the kit in a process of its own, see report.
func TestReported(t *testing.T) {
	if name := os.Getenv(reportOf); name != "" {
		attack.Run(t, reported[name]())
	}
}

// report returns what go test prints about a reported target.
func report(t *testing.T, name string, flags ...string) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"-test.run=^TestReported$"}, flags...)...)
	cmd.Env = append(os.Environ(), reportOf+"="+name)
	out, err := cmd.CombinedOutput()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// failures returns the names of the cases that failed, in the order of the report.
func failures(lines []string) (names []string) {
	for _, l := range lines {
		if name, ok := strings.CutPrefix(strings.TrimSpace(l), "--- FAIL: TestReported/"); ok {
			name, _, _ = strings.Cut(name, " ")
			names = append(names, name)
		}
	}
	return names
}

func TestAReportNamesTheAdmittedRequest(t *testing.T) {
	lines := report(t, "admits")
	if names := failures(lines); !slices.Equal(names, []string{"audience/pattern"}) {
		t.Errorf("%q", names)
	}
	if text := strings.Join(lines, "\n"); !strings.Contains(text, "the API served a hostile request") ||
		!strings.Contains(text, "status 200, want 401 invalid_token") {
		t.Error(text)
	}
}

func TestHostileRequestsAreNotTriedIfGoodOnesAreRejected(t *testing.T) {
	lines := report(t, "rejects good")
	if names := failures(lines); !slices.Equal(names, []string{"good/exp-fraction"}) {
		t.Errorf("%q", names)
	}
	if text := strings.Join(lines, "\n"); !strings.Contains(text, "not tried") {
		t.Error(text)
	}
}

func TestCasesAreLeftOutWithTheirReason(t *testing.T) {
	text := strings.Join(report(t, "left out", "-test.v"), "\n")
	for _, want := range []string{"--- SKIP: TestReported/audience/pattern", "ours", "--- SKIP: TestReported/scope/missing", "no scopes here", "--- PASS: TestReported "} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not contain %q", want)
		}
	}
}

func TestWithoutAScopeNoCaseIsAboutScopes(t *testing.T) {
	if lines := report(t, "no scope"); lines[0] != "PASS" {
		t.Error(strings.Join(lines, "\n"))
	}
}

// A guard that makes no mistake by the RFCs fails the groups that ask for more.
func TestTheFurtherGroupsNoticeAGuardThatIsNotMadeForThem(t *testing.T) {
	names := failures(report(t, "groups"))
	for _, name := range []string{
		"strict/Kid-beside-kid", "strict/1e400", "strict/cty-JWT", "strict/sub-empty", "strict/no-token", "strict/outage", "strict/keys-twice",
		"rfc9068/without-jti", "rfc9068/typ-JWT", "age/unknown", "revoked/seen", "revoked/unseen",
	} {
		if !slices.Contains(names, name) {
			t.Errorf("%s does not notice it", name)
		}
	}
	for _, name := range names {
		if group, _, _ := strings.Cut(name, "/"); !slices.Contains([]string{"strict", "rfc9068", "age", "revoked"}, group) {
			t.Errorf("%s fails, which is not in a further group", name)
		}
	}
}
