package growth

import (
	"syscall"
	"time"
	"unsafe"
)

// threadTime is CLOCK_THREAD_CPUTIME_ID of clock_gettime(2).
const threadTime = 3

// now returns the time that the processor has spent on this thread, so that other
// programs do not count.
func now() time.Duration {
	var ts syscall.Timespec
	_, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, threadTime, uintptr(unsafe.Pointer(&ts)), 0)
	if errno != 0 {
		panic(errno)
	}
	return time.Duration(ts.Nano())
}
