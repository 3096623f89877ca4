//go:build !linux

package main

import "time"

var started = time.Now()

// cpuTime returns the time that has passed: elsewhere than on Linux the figures
// are good only on an idle machine.
func cpuTime() time.Duration { return time.Since(started) }
