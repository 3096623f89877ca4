package middleware

import (
	"encoding/json"
	"slices"
)

// ownMetadata are the members of the metadata that tell what this library does,
// so that only it can fill them in.
var ownMetadata = []string{
	"resource", "bearer_methods_supported", "signed_metadata",
	"dpop_signing_alg_values_supported", "dpop_bound_access_tokens_required",
	"tls_client_certificate_bound_access_tokens",
}

// checkMetadata reports what is wrong with Config.Metadata.
func checkMetadata(m *configErrors, c *Config) {
	if len(c.Metadata) > 0 && c.Resource == "" {
		m.add("Metadata", "", "needs Resource")
	}
	for name, value := range c.Metadata {
		if slices.Contains(ownMetadata, name) {
			m.add("Metadata", name, "filled in by the library")
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			m.add("Metadata", name, "cannot be written as JSON")
			continue
		}
		switch string(text) {
		case "null", "[]", "{}", `""`:
			m.add("Metadata", name, "a member without a value is left out (RFC 9728, section 3.2)")
			continue
		}
		if reason := checkMember(name, text); reason != "" {
			m.add("Metadata", name, reason)
		}
	}
}

// checkMember reports what is wrong with a member that RFC 9728, section 2
// defines, "" if nothing.
func checkMember(name string, text []byte) string {
	var one string
	var list []string
	switch name {
	case "jwks_uri":
		if json.Unmarshal(text, &one) != nil || !discoverable(one) {
			return "an https URL is needed"
		}
	case "authorization_servers":
		if json.Unmarshal(text, &list) != nil {
			return "a list of issuer identifiers is needed"
		}
		for _, id := range list {
			if !discoverable(id) {
				return "an issuer identifier is an https URL without query and fragment (RFC 8414, section 2)"
			}
		}
	case "scopes_supported":
		if json.Unmarshal(text, &list) != nil || slices.Contains(list, "") {
			return "a list of scopes is needed"
		}
		if slices.Contains(list, "offline_access") {
			return "offline_access gives access to nothing here"
		}
	case "resource_signing_alg_values_supported":
		if json.Unmarshal(text, &list) != nil || slices.Contains(list, "none") {
			return "a list of algorithms is needed, without none"
		}
	}
	return ""
}
