//go:build !race

package dpop_test

const raceDetector = false
