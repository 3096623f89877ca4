package testutil

import "slices"

// A keySet holds the keys of a server.
type keySet struct {
	current  []*signingKey // one for each algorithm of Options.Keys
	previous []*signingKey // those that Rotate replaced
	dropped  []*signingKey // no longer published; kept out of the pool until Close
	extra    []*signingKey // those from AddKey
	made     int           // how many keys there were so far, without extra
	document []byte        // what SetJWKS gave, published instead
}

// renew makes a new generation of keys the current one.
func (s *keySet) renew(sys system, o *Options) error {
	var keys []*signingKey
	for _, alg := range o.Keys {
		private, err := generate(alg, 0, o.FreshKeys)
		if err != nil {
			return err
		}
		s.made++
		k := &signingKey{alg: alg, private: private, serial: s.made}
		if err := sys.name(k, o); err != nil {
			return err
		}
		keys = append(keys, k)
	}
	s.dropped = append(s.dropped, s.previous...)
	s.previous, s.current = s.current, keys
	return nil
}

// find returns the key called id: of several, the one that was added last.
func (s *keySet) find(id string) *signingKey {
	for _, k := range slices.Backward(s.extra) {
		if k.id == id {
			return k
		}
	}
	for _, k := range slices.Concat(s.current, s.previous, s.dropped) {
		if k.id == id {
			return k
		}
	}
	return nil
}

// signer returns the key that signs by alg: the current one of that algorithm,
// else any that can.
func (s *keySet) signer(alg string) *signingKey {
	all := slices.Concat(s.current, s.extra)
	for _, k := range all {
		if k.alg == alg {
			return k
		}
	}
	for _, k := range all {
		if k.fits(alg) {
			return k
		}
	}
	return nil
}

// published returns the JWK Set document (RFC 7517 section 5), each key as jwk
// writes it.
func (s *keySet) published(jwk func(*signingKey) object) []byte {
	if s.document != nil {
		return s.document
	}
	keys := []object{}
	for _, k := range slices.Concat(s.current, s.previous, s.extra) {
		if k.hidden {
			continue
		}
		members := jwk(k)
		if k.exposed {
			members = append(members, k.privateMembers()...)
		}
		keys = append(keys, members.with(k.changes))
	}
	return object{{"keys", keys}}.mustEncode()
}
