package middleware

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/bearerguard/bearerguard/middleware/internal/replay"
)

// UseProofs remembers as many proofs of the key with this thumbprint as there is room for,
// as if requests had used them.
func (a *Authenticator) UseProofs(thumbprint string, now time.Time) {
	var key [32]byte
	if _, err := base64.RawURLEncoding.Decode(key[:], []byte(thumbprint)); err != nil {
		panic(err)
	}
	for i, refused := 0, 0; refused < 100; i++ { // in a row, because its parts are not filled evenly
		refused++
		if a.proofs.memory.First(key, strconv.Itoa(i), now.Add(time.Minute), now) != replay.Full {
			refused = 0
		}
	}
}
