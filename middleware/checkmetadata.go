package middleware

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/middleware/internal/weburl"
)

// checkMetadata returns the members of Config.Metadata as JSON, and reports what
// is wrong with them.
func checkMetadata(errs *configErrors, c *Config) map[string]json.RawMessage {
	if len(c.Metadata) > 0 && c.Resource == "" {
		errs.add("Metadata", "", "set Resource too")
	}
	members := map[string]json.RawMessage{}
	for name, value := range c.Metadata {
		if slices.Contains(ownMetadata, name) {
			errs.add("Metadata", name, "remove the member: the library fills it in")
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			errs.add("Metadata", name, "use a value that encoding/json can write")
			continue
		}
		switch string(text) {
		case "null", "[]", "{}", `""`:
			errs.add("Metadata", name, "set a value or remove the member (RFC 9728, section 3.2)")
			continue
		}
		if reason := checkMember(name, text); reason != "" {
			errs.add("Metadata", name, reason)
		}
		members[name] = text
	}
	return members
}

// ownMetadata are the members that describe what this library does.
var ownMetadata = []string{
	"resource", "bearer_methods_supported", "signed_metadata",
	"dpop_signing_alg_values_supported", "dpop_bound_access_tokens_required",
	"tls_client_certificate_bound_access_tokens",
}

// checkMember returns what is wrong with a member that RFC 9728, section 2
// defines, "" if nothing is.
func checkMember(name string, text []byte) string {
	var one string
	var list []string
	switch name {
	case "jwks_uri":
		if json.Unmarshal(text, &one) != nil || !discoverable(one) {
			return "write an https URL"
		}
	case "authorization_servers":
		if json.Unmarshal(text, &list) != nil {
			return "write a list of issuer identifiers"
		}
		for _, id := range list {
			if !discoverable(id) {
				return "write https URLs without query and fragment (RFC 8414, section 2)"
			}
		}
	case "scopes_supported":
		if json.Unmarshal(text, &list) != nil || slices.Contains(list, "") {
			return "write a list of scopes"
		}
		if slices.Contains(list, "offline_access") {
			return "remove offline_access: it gives access to nothing here"
		}
	case "resource_signing_alg_values_supported":
		if json.Unmarshal(text, &list) != nil || slices.Contains(list, "none") {
			return "write a list of algorithms without none"
		}
	}
	return ""
}

// discoverable reports whether clients can look for metadata under id.
func discoverable(id string) bool {
	_, err := weburl.Parse(id, false)
	return err == nil && !strings.Contains(id, "?")
}
