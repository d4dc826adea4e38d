package delve

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// TraceableVerb is the first argument with which godevd becomes another program that its parent's children may trace.
const TraceableVerb = "traceable"

// With Yama's scope 1 only a parent may trace, or who the program names with this option; godevd is the program's parent,
// and dlv godevd's child, so the program has to name its parent, whose children then count too. The kernel keeps that
// for the first thread, also when that becomes another program.
func init() {
	if len(os.Args) > 1 && os.Args[1] == TraceableVerb {
		runtime.LockOSThread()
	}
}

// ExecTraceable replaces this process by the program that the arguments name. It returns only if that fails.
func ExecTraceable(args, env []string) error {
	path, err := exec.LookPath(args[0])
	if err != nil {
		return err
	}
	_ = unix.Prctl(unix.PR_SET_PTRACER, uintptr(os.Getppid()), 0, 0, 0) // without it the program runs as well
	return syscall.Exec(path, args, env)
}

// restricted reports whether Yama lets a process be traced that asks for it, and no other.
func restricted() bool {
	return yama() == "1"
}
