package attack

import "time"

// clockAttacks are tokens that were good and are so no longer.
func clockAttacks(h *harness) {
	if !h.Clock {
		return
	}
	const day = 24 * 3600 // seconds
	gone := func(own *harness) *finding {
		own.issuer.Down()
		own.issuer.Advance(30 * day * time.Second)
		return nil
	}
	for name, c := range sorted(map[string]struct {
		tries string
		want  want
		life  int64 // of the token, in seconds
		seen  bool  // the API has admitted the token before
		then  func(*harness) *finding
	}{
		"expired-since": {"A token that the API has admitted, after it expired.", rejected, 600, true,
			func(own *harness) *finding {
				own.issuer.Advance(time.Hour)
				return nil
			}},
		"not-yet-valid-again": {"A token that the API has admitted, after its clock was set back two hours.",
			rejected, day, true,
			func(own *harness) *finding {
				own.issuer.Advance(-2 * time.Hour)
				return nil
			}},
		"key-withdrawn": {"A token that the API has admitted, after its key was withdrawn " +
			"and the API has seen the new keys.", rejected, day, true,
			func(own *harness) *finding {
				own.issuer.RotateAndDrop()
				own.issuer.Advance(time.Hour)
				own.key = own.keyFor(own.Algorithms[0])
				return own.expectServed(own.good().compact())
			}},
		"issuer-gone": {
			"A token that the API has not seen, of an issuer that has not responded for a month.",
			unchecked, 60 * day, false, gone,
		},
		"issuer-gone-seen": {
			"A token that the API has admitted, of an issuer that has not responded for a month since.",
			unchecked, 60 * day, true, gone,
		},
	}) {
		own := h.separate(nil)
		token := own.good().claim("exp", own.at(c.life, "")).compact()
		own.raw(c.want, "clock/"+name, c.tries, token).before = func() *finding {
			first := token
			if !c.seen {
				first = own.good().compact()
			}
			if f := own.expectServed(first); f != nil {
				return f
			}
			return c.then(own)
		}
		h.join(own)
	}
}
