package claimstest

import "github.com/bearerguard/bearerguard/claims"

// Check returns what Run reports for a file, or the error that ends its subtest.
func Check(content string, d claims.Dialect) ([]string, error) {
	f, err := parse([]byte(content))
	if err != nil {
		return nil, err
	}
	f.Config.configure(&d)
	_, differences := f.check(&d)
	return differences, nil
}
