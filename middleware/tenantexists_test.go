package middleware_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// A book is a register of tenants that counts its questions.
type book struct {
	mu     sync.Mutex
	asked  map[string]int
	answer func(ctx context.Context, tenant string) (bool, error)
}

func (b *book) exists(ctx context.Context, tenant string) (bool, error) {
	b.mu.Lock()
	b.asked[tenant]++
	answer := b.answer
	b.mu.Unlock()
	return answer(ctx, tenant)
}

// withBook runs f on a virtual clock with a town whose API asks a book.
func withBook(t *testing.T, answer func(context.Context, string) (bool, error),
	f func(*testing.T, *town, *book)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &book{asked: map[string]int{}, answer: answer}
		f(t, newTown(t, func(issuer *middleware.Issuer) { issuer.TenantExists = b.exists }), b)
		time.Sleep(time.Minute) // until all that was begun has ended
	})
}

// TestTenantExists: what the register says decides before anything is fetched, and
// is remembered for a while.
func TestTenantExists(t *testing.T) {
	withBook(t, exists, func(t *testing.T, s *town, b *book) {
		for range 3 {
			if reason := s.send(s.token("real-1")); reason != "" {
				t.Errorf("a tenant that exists: %s", reason)
			}
			if reason := s.send(s.token("fake-1")); reason != middleware.ErrUnknownIssuer {
				t.Errorf("one that does not: %q", reason)
			}
		}
		if b.asked["real-1"] != 1 || b.asked["fake-1"] != 1 || s.requests.Load() != 2 {
			t.Errorf("asked %v, %d requests to the issuer", b.asked, s.requests.Load())
		}
		// The tenant is created.
		b.answer = func(context.Context, string) (bool, error) { return true, nil }
		time.Sleep(10 * time.Second)
		if reason := s.send(s.token("fake-1")); reason != middleware.ErrUnavailable {
			t.Errorf("a tenant that exists, and whose issuer does not respond as one: %q", reason)
		}
		if b.asked["fake-1"] != 2 {
			t.Errorf("asked %d times", b.asked["fake-1"])
		}
		time.Sleep(time.Hour)
		if reason := s.send(s.token("real-1")); reason != "" || b.asked["real-1"] != 1 {
			t.Errorf("a tenant with keys after an hour: %q, asked %d times", reason, b.asked["real-1"])
		}
	})
}

// TestMadeUpTenantsDisplaceNoAnswer: a flood of made-up names does not make the API
// ask again for a tenant that exists.
func TestMadeUpTenantsDisplaceNoAnswer(t *testing.T) {
	withBook(t, exists, func(t *testing.T, s *town, b *book) {
		s.down = true
		_ = s.send(s.token("real-1"))
		header, _, _ := strings.Cut(s.token("real-1"), ".")
		var wg sync.WaitGroup
		for i := range 20_000 {
			wg.Go(func() { s.send(unsigned(header, s.base+fmt.Sprint("fake-", i))) })
			time.Sleep(time.Millisecond)
		}
		wg.Wait()
		s.down = false
		if reason := s.send(s.token("real-1")); reason != "" || b.asked["real-1"] != 1 {
			t.Errorf("%q, asked %d times", reason, b.asked["real-1"])
		}
	})
}

// TestOneQuestionForManyRequests: requests that come together share a call of
// TenantExists.
func TestOneQuestionForManyRequests(t *testing.T) {
	withBook(t, exists, func(t *testing.T, s *town, b *book) {
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() { s.send(s.token("real-1")) })
		}
		wg.Wait()
		if b.asked["real-1"] != 1 || s.refused() != 0 || s.requests.Load() != 2 {
			t.Errorf("asked %d times, %v, %d requests to the issuer", b.asked["real-1"], s.counts, s.requests.Load())
		}
	})
}

// TestRegisterInTrouble: a register that gives no answer is an outage of the API,
// nothing is fetched, and the next request asks again.
func TestRegisterInTrouble(t *testing.T) {
	for _, c := range []struct {
		name    string
		answer  func(context.Context, string) (bool, error)
		longest time.Duration
	}{
		{"an error", func(context.Context, string) (bool, error) { return true, errors.New("no database") }, 0},
		{"a panic", func(context.Context, string) (bool, error) { panic("no database") }, 0},
		{"an end of its goroutine", func(context.Context, string) (bool,
			error) {
			runtime.Goexit()
			return true, nil
		}, 0},
		{"no answer in time", func(ctx context.Context, _ string) (bool, error) {
			<-ctx.Done()
			return true,
				ctx.Err()
		}, 5 * time.Second},
		{"no answer, also after its context ends", func(context.Context, string) (bool, error) {
			time.Sleep(time.Minute)
			return true, nil
		}, 5 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			withBook(t, c.answer, func(t *testing.T, s *town, b *book) {
				start := time.Now()
				_, err := s.auth.Verify(t.Context(), s.token("real-1"))
				var refusal *middleware.Error
				if !errors.As(err, &refusal) || refusal.Reason != middleware.ErrUnavailable ||
					refusal.RetryAfter != time.Second {
					t.Errorf("%+v", refusal)
				}
				if took := time.Since(start); took != c.longest || s.requests.Load() != 0 {
					t.Errorf("after %v, %d requests to the issuer", took, s.requests.Load())
				}
				b.mu.Lock()
				b.answer = exists
				b.mu.Unlock()
				if reason := s.send(s.token("real-1")); reason != "" {
					t.Errorf("when it is back: %s", reason)
				}
			})
		})
	}
}

// TestHintAgainstMadeUpTenants: the log says what helps when the turn of a tenant
// does not come because of made-up ones.
func TestHintAgainstMadeUpTenants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTown(t, nil)
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() { s.send(s.token(fmt.Sprint("fake-", i))) })
		}
		wg.Wait()
		for i := range 10 {
			wg.Go(func() { s.send(s.token(fmt.Sprint("more-", i))) })
		}
		synctest.Wait()
		_, err := s.auth.Verify(t.Context(), s.token("last"))
		var refusal *middleware.Error
		if !errors.As(err, &refusal) || refusal.Reason != middleware.ErrUnknownIssuer ||
			!strings.HasPrefix(refusal.Hint, "set Issuer.TenantExists") {
			t.Errorf("%+v", refusal)
		}
		wg.Wait()
	})
}

// TestTenantExistsWithOneKeySet: tenants that share a key set are asked for, too.
func TestTenantExistsWithOneKeySet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTown(t, func(issuer *middleware.Issuer) {
			issuer.JWKSURL = "http://127.0.0.1/real/jwks"
			issuer.TenantExists = exists
		})
		if a, b := s.send(s.token("real-1")), s.send(s.token("other")); a != "" ||
			b != middleware.ErrUnknownIssuer {
			t.Errorf("%q, %q", a, b)
		}
		if kept, most := s.auth.Tenants(s.base + "{tenant}"); kept != 0 || most != 0 {
			t.Errorf("%d of %d tenants", kept, most)
		}
		synctest.Wait()
	})
}

// TestTenantsInHealth: the health report tells how many tenants are kept, and the
// bound.
func TestTenantsInHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTown(t, func(issuer *middleware.Issuer) { issuer.MaxTenants = 7 })
		for _, tenant := range []string{"real-1", "real-2", "fake-1"} {
			s.send(s.token(tenant))
		}
		w := httptest.NewRecorder()
		s.auth.HealthHandler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		var report struct {
			Tenants []struct {
				Issuer    string
				Kept, Max int
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &report); err != nil {
			t.Fatal(err)
		}
		if len(report.Tenants) != 1 || report.Tenants[0].Issuer != s.base+"{tenant}" ||
			report.Tenants[0].Kept != 2 || report.Tenants[0].Max != 7 {
			t.Errorf("%+v", report.Tenants)
		}
		if kept, most := s.auth.Tenants(s.base + "{tenant}"); kept != 2 || most != 7 {
			t.Errorf("%d of %d", kept, most)
		}
		if kept, most := s.auth.Tenants("https://other.example"); kept != 0 || most != 0 {
			t.Errorf("of an issuer that is not configured: %d of %d", kept, most)
		}
	})
}

// TestMistakesAboutTenants: settings that cannot mean anything are reported.
func TestMistakesAboutTenants(t *testing.T) {
	for _, c := range []struct {
		name   string
		issuer middleware.Issuer
		field  string
	}{
		{"a negative bound", middleware.Issuer{URL: "https://id.example/{t}", TenantPattern: "[a-z]+",
			MaxTenants: -1}, "Issuers[0].MaxTenants"},
		{"a bound for listed tenants", middleware.Issuer{URL: "https://id.example/{t}", Tenants: []string{"a"},
			MaxTenants: 5}, "Issuers[0].MaxTenants"},
		{"a register for listed tenants", middleware.Issuer{URL: "https://id.example/{t}", Tenants: []string{"a"},
			TenantExists: exists}, "Issuers[0].TenantExists"},
		{"a register for one issuer", middleware.Issuer{URL: "https://id.example", TenantExists: exists},
			"Issuers[0].TenantExists"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := middleware.New(middleware.Config{Audiences: []string{"api"},
				Issuers: []middleware.Issuer{c.issuer}})
			if fields := mistakenFields(err); !slices.Equal(fields, []string{c.field}) {
				t.Errorf("%v", err)
			}
		})
	}
}
