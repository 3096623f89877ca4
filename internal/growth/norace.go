//go:build !race

package growth

const underRaceDetector = false
