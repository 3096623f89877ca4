package attack_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

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
var reported = map[string]func(*testing.T) attack.Target{
	"admits": func(*testing.T) attack.Target { return weak("audience: a star") },
	"not built": func(t *testing.T) attack.Target {
		target := weak("")
		target.API = func(*testutil.Issuer, http.Handler) http.Handler {
			t.Fatal("no such database")
			return nil
		}
		return target
	},
	"left out": func(*testing.T) attack.Target {
		target := weak("audience: a star")
		target.Without = map[string]string{"audience/pattern": "ours", "scope/*": "no scopes here"}
		return target
	},
	"no scope": func(*testing.T) attack.Target {
		target := weak("scope: not checked")
		target.Scope = ""
		return target
	},
	"rejects some good": func(*testing.T) attack.Target {
		target := sloppyTarget()
		target.Without = nil
		return target
	},
	"sloppy": func(*testing.T) attack.Target { return sloppyTarget() },
	"sloppy without challenges": func(*testing.T) attack.Target {
		target := sloppyTarget()
		target.WithoutChallenges = "the gateway adds them"
		return target
	},
	"sloppy without statuses": func(*testing.T) attack.Target {
		target := sloppyTarget()
		target.WithoutStatuses = "ours are 404"
		return target
	},
	"groups": func(*testing.T) attack.Target {
		target := weak("")
		target.Strict, target.RFC9068 = true, true
		target.MaxAge, target.Revoke = 24*time.Hour, func(string) {}
		return target
	},
}

// sloppy returns a guard as many are written by hand: it verifies the signature
// and exp, and responds without challenges.
func sloppy(issuer *testutil.Issuer, handler http.Handler) http.Handler {
	keys := fetchKeys(context.Background(), issuer.JWKSURL())
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"ES256"}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims := jwt.MapClaims{}
		_, err := parser.ParseWithClaims(strings.TrimPrefix(r.Header.Get("Authorization"),
			"Bearer "), claims, func(t *jwt.Token) (any, error) {
			kid, _ := t.Header["kid"].(string)
			return keys[kid].public(), nil
		})
		if err != nil {
			http.Error(w, "unauthorized", http.StatusUnauthorized)
			return
		}
		if scope, _ := claims["scope"].(string); !strings.Contains(scope, theScope) {
			http.Error(w, "forbidden", http.StatusForbidden)
			return
		}
		handler.ServeHTTP(w, r)
	})
}

func sloppyTarget() attack.Target {
	return attack.Target{
		Scope: theScope, Algorithms: []string{"ES256"}, API: sloppy,
		Without: map[string]string{"good/scheme-*": "our clients write Bearer"},
	}
}

const reportOf = "ATTACK_REPORT_OF"

// TestReported runs the kit in a process of its own, see report.
func TestReported(t *testing.T) {
	if name := os.Getenv(reportOf); name != "" {
		attack.Run(t, reported[name](t))
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

func TestAReportNamesTheServedRequest(t *testing.T) {
	lines := report(t, "admits")
	if names := failures(lines); !slices.Equal(names, []string{"audience/pattern"}) {
		t.Errorf("%q", names)
	}
	wantLines(t, lines, "the API served a hostile request", "status 200, want 401 invalid_token",
		"requests were handled wrongly", "1 × the API served a hostile request:", "audience: pattern")
}

// wantLines reports texts that are not in lines in this order.
func wantLines(t *testing.T, lines []string, texts ...string) {
	t.Helper()
	rest := lines
	for _, text := range texts {
		n := slices.IndexFunc(rest, func(l string) bool { return strings.Contains(l, text) })
		if n < 0 {
			t.Errorf("no %q where it should be in\n%s", text,
				strings.Join(lines[max(0, len(lines)-20):], "\n"))
			return
		}
		rest = rest[n+1:]
	}
}

func TestServedRequestsAreReportedBeforeOtherFailures(t *testing.T) {
	lines := report(t, "sloppy")
	names := failures(lines)
	served := map[string]bool{}
	last := ""
	for _, l := range lines {
		if name, ok := strings.CutPrefix(strings.TrimSpace(l), "--- FAIL: TestReported/"); ok {
			last, _, _ = strings.Cut(name, " ")
		}
		if strings.HasSuffix(l, "the API served a hostile request") {
			served[last] = true
		}
	}
	if len(served) == 0 || len(served) == len(names) {
		t.Fatalf("%d of %d failures are of served requests", len(served), len(names))
	}
	for n, name := range names {
		if served[name] != (n < len(served)) {
			t.Fatalf("%s is failure %d, and %d requests were served", name, n, len(served))
		}
	}
}

func TestASummaryGroupsFailuresByCause(t *testing.T) {
	lines := report(t, "sloppy")
	count := map[string]int{}
	for _, l := range lines {
		for _, cause := range []string{
			"the API served a hostile request", "status 401 without a WWW-Authenticate field",
			"status 403 without a WWW-Authenticate field",
		} {
			if strings.HasSuffix(l, cause) {
				count[cause]++
			}
		}
	}
	wantLines(t, lines, "attack: "+strconv.Itoa(len(failures(lines)))+" of ",
		strconv.Itoa(count["the API served a hostile request"])+" × the API served a hostile request:",
		"audience: ",
		strconv.Itoa(count["status 401 without a WWW-Authenticate "+
			"field"])+" × status 401 without a WWW-Authenticate field:",
		"algorithm/none, algorithm/None, algorithm/NONE and ",
		strconv.Itoa(count["status 403 without a WWW-Authenticate "+
			"field"])+" × status 403 without a WWW-Authenticate field:",
		"2 cases were left out by Target.Without", "FAIL")
}

func TestAClassOfChecksCanBeLeftOut(t *testing.T) {
	all := failures(report(t, "sloppy"))
	for name, c := range map[string]struct{ text, gone, note string }{
		"sloppy without challenges": {
			"without a WWW-Authenticate", "algorithm/none",
			"challenges were not checked: the gateway adds them",
		},
		"sloppy without statuses": {", want ", "", "statuses were not checked: ours are 404"},
	} {
		lines := report(t, name)
		names := failures(lines)
		for _, l := range lines {
			if strings.Contains(l, c.text) {
				t.Errorf("%s: %s", name, l)
			}
		}
		if c.gone != "" && (!slices.Contains(all, c.gone) || slices.Contains(names, c.gone)) {
			t.Errorf("%s: %s fails", name, c.gone)
		}
		if !slices.Contains(names, "audience/another") {
			t.Errorf("%s: a served request is not reported", name)
		}
		wantLines(t, lines, "× the API served a hostile request:", c.note)
	}
}

func TestARejectedGoodTokenDoesNotHideWhichOthersPassed(t *testing.T) {
	lines := report(t, "rejects some good")
	if names := failures(lines); !slices.Equal(names,
		[]string{"good/scheme-bearer", "good/scheme-BEARER"}) {
		t.Errorf("%q", names)
	}
	wantLines(t, lines, "the hostile requests were not tried: 2 of 13 good ones were handled wrongly",
		"good/scheme-bearer, good/scheme-BEARER", "passed: good/ES256, good/typ-JWT, ")
}

func TestAnAPIThatCannotBeBuiltEndsTheTest(t *testing.T) {
	lines := report(t, "not built")
	wantLines(t, lines, "no such database", "FAIL")
	if len(failures(lines)) > 1 {
		t.Error(strings.Join(lines, "\n"))
	}
}

func TestCasesAreLeftOutWithTheirReason(t *testing.T) {
	text := strings.Join(report(t, "left out", "-test.v"), "\n")
	for _, want := range []string{
		"--- SKIP: TestReported/audience/pattern", "ours", "--- SKIP: TestReported/scope/missing",
		"no scopes here", "--- PASS: TestReported ",
	} {
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
		"strict/Kid-with-kid", "strict/1e400", "strict/cty-JWT", "strict/sub-empty", "strict/no-token",
		"strict/outage", "strict/keys-twice",
		"rfc9068/without-jti", "rfc9068/typ-JWT", "age/unknown", "revoked/seen", "revoked/unseen",
	} {
		if !slices.Contains(names, name) {
			t.Errorf("%s does not notice it", name)
		}
	}
	for _, name := range names {
		group, _, _ := strings.Cut(name, "/")
		if !slices.Contains([]string{"strict", "rfc9068", "age", "revoked"}, group) {
			t.Errorf("%s fails, which is not in a further group", name)
		}
	}
}
