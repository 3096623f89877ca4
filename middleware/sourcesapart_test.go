package middleware_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/testutil"
)

func TestKeySetsOfOneIssuerAreToldApart(t *testing.T) {
	s := newServers(t, 2, testutil.Options{})
	config := s.config()
	config.Issuers[0].Dialect.Name, config.Issuers[1].Dialect.Name = "first", "second"
	var events []string
	config.Observe = func(_ context.Context, e middleware.Event) {
		events = append(events, strings.TrimSpace(strings.Join([]string{string(e.Kind), e.Source, e.Dialect}, " ")))
	}
	auth := newAuth(t, config)
	if err := auth.Ready(context.Background()); err != nil {
		t.Fatal(err)
	}
	for i, h := range auth.Health() {
		if h.Issuer != sharedIssuer || h.Source != s.location(i) || h.Dialect != config.Issuers[i].Dialect.Name || !h.Usable {
			t.Errorf("key set %d: %+v", i, h)
		}
	}
	slices.Sort(events)
	want := []string{"keys_fetched " + s.location(0) + " first", "keys_fetched " + s.location(1) + " second"}
	if !slices.Equal(events, want) {
		t.Errorf("events %q, want %q", events, want)
	}
	events = nil
	auth.Verify(context.Background(), s.mint(1, map[string]any{"aud": "other"}))
	if want := []string{"refused  second"}; !slices.Equal(events, want) {
		t.Errorf("events %q, want %q", events, want)
	}
}

func TestExportOfSeveralKeySets(t *testing.T) {
	s := newServers(t, 3, testutil.Options{})
	before := newAuth(t, s.config())
	s[2].Fail(testutil.Fault{Drop: true})
	for i := range 2 {
		judged(before, s.mint(i, nil))
	}
	exported, err := before.ExportKeys(sharedIssuer)
	if err != nil {
		t.Fatal(err)
	}
	for i := range s {
		s[i].Fail(testutil.Fault{Drop: true})
	}
	config := s.config()
	slices.Reverse(config.Issuers)
	config.Issuers[1].Audiences = []string{"other"}
	after := newAuth(t, config)
	if err := after.ImportKeys(sharedIssuer, exported); err != nil {
		t.Fatal(err)
	}
	for i, want := range []middleware.Reason{"", middleware.ErrWrongAudience, middleware.ErrUnavailable} {
		if reason, _ := judged(after, s.mint(i, nil)); reason != want {
			t.Errorf("a token of key set %d: %q, want %q", i, reason, want)
		}
	}
	one := s[:1].config()
	single, err := newAuth(t, one).ExportKeys(sharedIssuer)
	if err == nil {
		t.Errorf("an export without keys: %s", single)
	}
	if err := newAuth(t, s[2:].config()).ImportKeys(sharedIssuer, exported); err == nil {
		t.Error("keys of another source are imported")
	}
}
