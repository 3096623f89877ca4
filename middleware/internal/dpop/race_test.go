//go:build race

package dpop_test

// The race detector lets sync.Pool forget.
const raceDetector = true
