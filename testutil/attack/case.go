package attack

import (
	"errors"
	"path"
)

// A Case is one request to a Target and its expected result.
type Case struct {
	// Name is the name of the group, a slash, and the name within the group.
	Name string
	// Tries says what the request tries.
	Tries string
	// Want says what is expected: the allowed statuses and, if the response must
	// or must not have an error code, which.
	Want string
	// Token is the token of the request, for APIs that are called in another way.
	// It is empty if the attack is not in the token.
	Token string
	// Without is the reason from Target.Without if the case is to be left out.
	// Try tries it all the same.
	Without string

	good bool
	try  func() []finding
}

// Good reports whether the API must serve the request.
func (c Case) Good() bool { return c.good }

// Try sends the request. The error lists everything that the API does wrong. The
// cases of one Target run one at a time.
func (c Case) Try() error {
	if found := c.try(); len(found) > 0 {
		return errors.New(c.Tries + "\n" + lines(found))
	}
	return nil
}

// matches reports whether pattern is for c.
func (c Case) matches(pattern string) bool {
	ok, err := path.Match(pattern, c.Name)
	return ok && err == nil
}
