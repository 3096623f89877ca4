package middleware

import (
	"reflect"
	"sync"
	"testing"
	"unsafe"

	"github.com/bearerguard/bearerguard/claims"
	"github.com/bearerguard/bearerguard/middleware/internal/keyring"
)

// CopyConfig returns what New keeps of a Config.
func CopyConfig(c Config) Config { return c.copied() }

// HintClaimsError returns the hint for an error of a Dialect.
func HintClaimsError(err error) string { return hintClaimsError(err, claims.Payload{}) }

// FaultAdvice returns what to do about each fault, by its word.
func FaultAdvice() map[string]string {
	all := map[string]string{}
	for f, advice := range faultAdvice {
		all[string(f)] = advice
	}
	return all
}

// LooksLike returns what a hint says about a word for a document that is no key set.
var LooksLike = looksLike

// ReportKeys reports an event of a key set to c.
func ReportKeys(c Config, e keyring.Event) {
	observer{counts: newCounters(), log: c.Logger, call: c.Observe}.keys(new(Issuer), e)
}

// LogEvent writes the line that Config.Logger receives for an event.
var LogEvent = logEvent

// TrackScratches replaces the pool of scratches, for the length of the test, by one
// whose scratches it knows. The function that it returns fills all of them with byte c.
// No request may be served meanwhile.
func TrackScratches(t testing.TB) (overwrite func(c byte) int) {
	t.Cleanup(func() { scratches = sync.Pool{New: newScratch} })
	var mu sync.Mutex
	var all []*scratch
	scratches = sync.Pool{New: func() any {
		s := new(scratch)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, s)
		return s
	}}
	return func(c byte) (n int) {
		mu.Lock()
		defer mu.Unlock()
		for _, s := range all {
			n += fill(reflect.ValueOf(s).Elem(), c)
		}
		return n
	}
}

// fill sets all bytes of the byte arrays and slices in v, with those that slices have
// room for, and returns how many.
func fill(v reflect.Value, c byte) (n int) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			n += fill(v.Field(i), c)
		}
	case reflect.Array:
		n += fill(v.Slice(0, v.Len()), c)
	case reflect.Slice:
		v = v.Slice(0, v.Cap())
		if v.Type().Elem().Kind() != reflect.Uint8 {
			for i := range v.Len() {
				n += fill(v.Index(i), c)
			}
			break
		}
		if n = v.Len(); n > 0 {
			for i := range unsafe.Slice((*byte)(v.UnsafePointer()), n) {
				unsafe.Slice((*byte)(v.UnsafePointer()), n)[i] = c
			}
		}
	}
	return n
}
