package middleware

// tokenChars are the characters of the name of a scheme (RFC 9110, section 5.6.2).
var tokenChars = lettersDigitsAnd("!#$%&'*+-.^_`|~")

// lettersDigitsAnd returns the set of the ASCII letters, the digits and the
// characters of more.
func lettersDigitsAnd(more string) (set [256]bool) {
	for c := '0'; c <= '9'; c++ {
		set[c] = true
	}
	for c := 'a'; c <= 'z'; c++ {
		set[c], set[c-'a'+'A'] = true, true
	}
	for i := range len(more) {
		set[more[i]] = true
	}
	return set
}
