package middleware

import "strings"

// hint returns what to do about an iss that is not configured, "" if that is not known.
func (index *trustedIssuers) hint(iss string) (hint string, quiet bool) {
	if hint, quiet := index.near.hint(iss); hint != "" && !quiet {
		return hint, quiet
	}
	isV1, isV2 := strings.HasPrefix(iss, entraV1), strings.HasPrefix(iss, entraV2)
	switch {
	case isV1 && index.entraV2 && !index.entraV1:
		return hintEntraV1, false
	case isV2 && index.entraV1 && !index.entraV2:
		return hintEntraV2, false
	case isV1 && index.entraV1, isV2 && index.entraV2:
		return hintEntraTenant, false
	}
	for _, same := range index.templates {
		if value, ok := same[0].value(iss); ok && !strings.Contains(value, "/") {
			return hintTenant, true
		}
	}
	return index.near.hint(iss)
}
