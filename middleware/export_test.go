package middleware

import (
	"reflect"
	"sync"
	"unsafe"
)

// LogEvent writes the line that Config.Logger receives for an event.
var LogEvent = logEvent

// TrackScratches replaces the pool of scratches by one whose scratches it knows. The
// function that it returns fills all of them with byte c. No request may be served
// meanwhile. The function untrack puts a pool in its place that keeps none of them.
func TrackScratches() (overwrite func(c byte) int, untrack func()) {
	var mu sync.Mutex
	var all []*scratch
	scratches = sync.Pool{New: func() any {
		s := new(scratch)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, s)
		return s
	}}
	overwrite = func(c byte) (n int) {
		mu.Lock()
		defer mu.Unlock()
		for _, s := range all {
			n += fill(reflect.ValueOf(s).Elem(), c)
		}
		return n
	}
	return overwrite, func() { scratches = sync.Pool{New: func() any { return new(scratch) }} }
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
