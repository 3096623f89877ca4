package clientcert

// A Finding says whether a header field names a certificate. The zero Finding is None.
// A request has a certificate only if the Finding is Found; None and Malformed differ
// for logs alone.
type Finding int

const (
	// None means that the field is absent or has a value that the proxies of the
	// format write for clients without a certificate.
	None Finding = iota
	// Malformed means that the field has another value in which the format does
	// not name exactly one certificate.
	Malformed
	// Found means that the field names exactly one certificate.
	Found
)

// absent reports whether text is what proxies write into a field if the variable in
// it has no value: nothing, "(null)" (Apache) or "-" (Envoy's substitutions).
func absent(text string) bool { return text == "" || text == "(null)" || text == "-" }
