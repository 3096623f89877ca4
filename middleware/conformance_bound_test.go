package middleware_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// TestConformanceProofWindow reads the limits of the configuration.
func TestConformanceProofWindow(t *testing.T) {
	covers(t, "DP-48 MCP-15")
	for age, ok := range map[time.Duration]bool{5 * time.Minute: true, 5*time.Minute + 1: false, -1: false} {
		config := describable(theBase)
		config.DPoP = &middleware.DPoP{BaseURLs: []string{theBase}, MaxAge: age}
		_, err := middleware.New(config)
		var mistakes *middleware.ConfigError
		if ok != (err == nil) || !ok && !errors.As(err, &mistakes) {
			t.Errorf("MaxAge %v: %v", age, err)
		}
	}
}

// TestConformanceBoundMetadata reads what the API says about bound tokens.
func TestConformanceBoundMetadata(t *testing.T) {
	const algorithms, required = "dpop_signing_alg_values_supported", "dpop_bound_access_tokens_required"
	const certificates = "tls_client_certificate_bound_access_tokens"
	for _, c := range []struct {
		name, ids string
		dpop      *middleware.DPoP
		mtls      *middleware.Certificates
		want      map[string]any
	}{
		{"neither", "PRM-11", nil, nil, map[string]any{}},
		{"DPoP", "DP-46 PRM-11", &middleware.DPoP{BaseURLs: []string{theBase}}, nil, map[string]any{
			algorithms: []any{"ES256", "EdDSA", "Ed25519", "PS256", "RS256"}, required: false}},
		{"DPoP is required", "DP-46 PRM-11 MCP-15",
			&middleware.DPoP{BaseURLs: []string{theBase}, Algorithms: []string{"ES256"}, Required: true}, nil,
			map[string]any{algorithms: []any{"ES256"}, required: true}},
		{"certificates", "ML-15 PRM-11", nil, &middleware.Certificates{}, map[string]any{certificates: true}},
	} {
		row(t, c.name, c.ids, func(t *testing.T) {
			config := describable(theBase)
			config.DPoP, config.Certificates = c.dpop, c.mtls
			document := metadataAt(t, mountMetadata(newDescribed(t, config)), "/.well-known/oauth-protected-resource")
			got := map[string]any{}
			for name, value := range document {
				if slices.Contains([]string{algorithms, required, certificates}, name) {
					got[name] = value
				}
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
