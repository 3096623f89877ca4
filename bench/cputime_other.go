//go:build !linux

package main

import "time"

var started = time.Now()

// cpuTime returns the time that has passed. On other systems than Linux the
// figures are right only on an idle machine.
func cpuTime() time.Duration { return time.Since(started) }
