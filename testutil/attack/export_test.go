package attack

// ParseChallenges is parseChallenges for tests: each scheme with its parameters.
func ParseChallenges(fields []string) (schemes []string, params []map[string]string, err error) {
	all, err := parseChallenges(fields)
	for _, c := range all {
		schemes, params = append(schemes, c.scheme), append(params, c.params)
	}
	return schemes, params, err
}
