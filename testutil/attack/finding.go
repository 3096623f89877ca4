package attack

import "strings"

// A class is a kind of fault, the worst first.
type class int

const (
	servedHostile class = iota
	rejectedGood
	misbehaved // a panic, a request to a server that it must not ask, and so on
	wrongStatus
	wrongChallenge
	wrongHeader // another header field, as this library sets it
)

// A finding is one thing that an API does wrong.
type finding struct {
	class  class
	cause  string // the same text for every case with this fault
	detail string // what is particular to the case; may be empty
}

func (f finding) String() string {
	if f.detail == "" {
		return f.cause
	}
	return f.cause + ": " + f.detail
}

// lines returns the findings, one a line.
func lines(found []finding) string {
	var all []string
	for _, f := range found {
		all = append(all, f.String())
	}
	return strings.Join(all, "\n")
}
