package middleware_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestMetadataPlaces shows that resources on one host do not see each other.
func TestMetadataPlaces(t *testing.T) {
	const prefix = "https://api.example.com/.well-known/oauth-protected-resource"
	for _, c := range []struct {
		name, ids, resource, location string
		status                        int
	}{
		{"its own path", "PRM-15", "https://api.example.com/a", prefix + "/a", 200},
		{"a slash more", "CF-11", "https://api.example.com/a", prefix + "/a/", 200},
		{"a slash less", "CF-11", "https://api.example.com/a/", prefix + "/a", 200},
		{"two slashes more", "CF-11", "https://api.example.com/a", prefix + "/a//", 404},
		{"the root", "PRM-15", "https://api.example.com/a", prefix, 404},
		{"another path", "PRM-15", "https://api.example.com/a", prefix + "/b", 404},
		{"below", "PRM-15", "https://api.example.com/a", prefix + "/a/b", 404},
		{"above", "PRM-15", "https://api.example.com/a/b", prefix + "/a", 404},
		{"another case", "PRM-15", "https://api.example.com/a", prefix + "/A", 404},
		{"the resource itself", "PRM-15", "https://api.example.com/a", "https://api.example.com/a", 404},
		{"suffix instead of insertion", "PRM-15", "https://api.example.com/a",
			"https://api.example.com/a/.well-known/oauth-protected-resource", 404},
		{"an encoded slash is none", "PRM-21", "https://api.example.com/a%2Fb", prefix + "/a/b", 404},
		{"a slash is no encoded one", "PRM-21", "https://api.example.com/a/b", prefix + "/a%2Fb", 404},
		{"another query", "PRM-15", "https://api.example.com/a?x=1", prefix + "/a?x=2", 404},
		{"no query", "PRM-15", "https://api.example.com/a?x=1", prefix + "/a", 404},
		{"a query that means nothing", "", "https://api.example.com/a", prefix + "/a?x=1", 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			covers(t, c.ids)
			w := askMetadata(newDescribed(t, describable(c.resource)).MetadataHandler(), "GET", c.location)
			if w.Code != c.status {
				t.Errorf("GET %s for %s: status %d, want %d", c.location, c.resource, w.Code, c.status)
			}
		})
	}
	t.Run("many on one mux", func(t *testing.T) {
		covers(t, "PRM-15")
		resources := []string{"https://api.example.com", "https://api.example.com/a", "https://api.example.com/a/b",
			"https://api.example.com/a%2Fb", "https://api.example.com/b/"}
		var all []*middleware.Authenticator
		for i, resource := range resources {
			auth := newDescribed(t, describable(resource))
			auth.Declare(scopes.Scope(fmt.Sprintf("scope-%d", i)))
			all = append(all, auth)
		}
		h := mountMetadata(all...)
		for i, auth := range all {
			location := challengeOf(t, refusalFields(auth, middleware.ErrNoToken))["resource_metadata"]
			document := metadataAt(t, h, location)
			want := []any{fmt.Sprintf("scope-%d", i)}
			if document["resource"] != resources[i] || !reflect.DeepEqual(document["scopes_supported"], want) {
				t.Errorf("at %s: %v", location, document)
			}
		}
	})
	t.Run("names are compared by code points", func(t *testing.T) {
		covers(t, "PRM-16")
		wantMistake(t, resourceError("https://b\u00fccher.example"), "Resource")
		const resource = "https://xn--bcher-kva.example/caf%C3%A9"
		auth := newDescribed(t, describable(resource))
		for location, status := range map[string]int{
			"/.well-known/oauth-protected-resource/caf%C3%A9":  200,
			"/.well-known/oauth-protected-resource/cafe%CC%81": 404,
		} {
			if w := askMetadata(auth.MetadataHandler(), "GET", location); w.Code != status {
				t.Errorf("GET %s: status %d, want %d", location, w.Code, status)
			}
		}
	})
	t.Run("names that a resource may not have", func(t *testing.T) {
		covers(t, "RI-01")
		for _, resource := range []string{"rs.example.com", "https://x#f", "https://x#", "//x/a", "/a", "urn:x:y",
			"https:x", "https://u:p@x/", "https://x/\"", "https://x/a/../b", "https://x/./"} {
			if err := resourceError(resource); err == nil {
				t.Errorf("%s was accepted", resource)
			}
		}
	})
	t.Run("a query is allowed", func(t *testing.T) {
		covers(t, "RI-02")
		if err := resourceError("https://x/?a"); err != nil {
			t.Error(err)
		}
	})
	t.Run("plain http on loopback only", func(t *testing.T) {
		covers(t, "PRM-09")
		for resource, ok := range map[string]bool{"http://127.0.0.1:8080/mcp": true, "http://[::1]/": true,
			"http://localhost":             true,
			"http://localhost.example.com": false, "http://10.0.0.1": false, "ftp://x": false} {
			if err := resourceError(resource); (err == nil) != ok {
				t.Errorf("%s: %v", resource, err)
			}
		}
	})
}

func resourceError(resource string) error {
	_, err := middleware.New(describable(resource))
	return err
}
