package attack

// A finding is one thing that an API does wrong.
type finding struct {
	cause  string // the same for every case with this fault
	detail string // what is particular to the case; may be empty
}

func (f finding) String() string {
	if f.detail == "" {
		return f.cause
	}
	return f.cause + ": " + f.detail
}

// The causes that decide more than the form of a response.
const (
	admitted     = "the API served a hostile request"
	rejectedGood = "the API rejected a good request"
)
