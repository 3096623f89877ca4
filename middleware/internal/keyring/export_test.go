package keyring

import "context"

// Keys is Find for a token that names its key by a kid, or not at all.
func (r *Ring) Keys(ctx context.Context, kid, alg string) ([]*Key, error) {
	return r.Find(ctx, Ref{KeyID: kid, Algorithm: alg})
}
