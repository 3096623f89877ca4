package keyring

import "cmp"

// Ref is what the header of a token says about its key (RFC 7515, section 4.1). An empty
// name is one that the header does not have.
//
// A name is a hint at a key of the issuer, and the signature decides. The first of these
// finds the keys to be tried:
//
//   - The kid, if a key has it as its kid, x5t or x5t#S256. Servers that name a key by
//     its certificate write the same value as one or another of them.
//   - x5t#S256, then x5t, if a key has that as its x5t#S256, x5t or kid.
//   - Without a kid, all keys that fit the algorithm. The same with a kid if no key of
//     the set has one.
type Ref struct {
	KeyID     string // kid
	X5T       string // x5t
	X5TS256   string // x5t#S256
	Algorithm string // alg
}

// name returns the name that a fetch is made for, "" if there is none.
func (r *Ref) name() string { return cmp.Or(r.KeyID, r.X5TS256, r.X5T) }
