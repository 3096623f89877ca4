package attack

import "time"

// ParseChallenges is parseChallenges for tests: each scheme with its parameters.
func ParseChallenges(fields []string) (schemes []string, params []map[string]string, err error) {
	all, err := parseChallenges(fields)
	for _, c := range all {
		schemes, params = append(schemes, c.scheme), append(params, c.params)
	}
	return schemes, params, err
}

// The guards of the tests are on this machine, and those that keep a request waiting
// do so for half a second.
func init() { prompt, patience = 400*time.Millisecond, 2*time.Second }
