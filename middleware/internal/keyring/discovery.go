package keyring

import (
	"context"

	"github.com/bearerguard/bearerguard/middleware/internal/fault"
	"github.com/bearerguard/bearerguard/middleware/internal/fetch"
)

// metadata is what discovery found.
type metadata struct {
	jwksURL string     // empty: nothing yet
	kind    fetch.Kind // where it was found
	at      int64      // when it was last found, in Unix nanoseconds
	asked   int64      // when discovery was last tried
}

// discover finds the URL of the key set and returns it, or known and a fault.
// The location that had the metadata before is tried first. A location that
// responds without usable metadata is passed over. If the issuer cannot be
// reached, the other locations are not tried.
func discover(ctx context.Context, s *fetch.Session, d *fetch.Discovery, known metadata) (metadata, fault.Fault) {
	known.asked = s.Now()
	locations := d.Locations()
	for i, l := range locations {
		if known.jwksURL != "" && l.Kind == known.kind {
			copy(locations[1:i+1], locations[:i])
			locations[0] = l
		}
	}
	first := fault.NotFound
	for _, l := range locations {
		jwksURL, f := s.JWKSURI(ctx, d, l)
		switch {
		case f == "":
			return metadata{jwksURL: jwksURL, kind: l.Kind, at: s.Now(), asked: known.asked}, ""
		case f.Unreachable():
			return known, f
		case first == fault.NotFound:
			first = f // the first that says more
		}
	}
	return known, first
}
