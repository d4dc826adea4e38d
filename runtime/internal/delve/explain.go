package delve

import (
	"os"
	"regexp"
	"strings"
	"syscall"

	"godev.io/runtime/internal/termination"
)

// yamaScope is absent where the kernel has no Yama (https://docs.kernel.org/admin-guide/LSM/Yama.html).
var yamaScope = "/proc/sys/kernel/yama/ptrace_scope"

var (
	wrongVersion = regexp.MustCompile(`Go version (\S+) is too old for this version of Delve|Version of Delve is too old for Go version (\S+)`)
	traced       = regexp.MustCompile(`already being debugged by pid (\d+)`)
	untraceable  = regexp.MustCompile(`could not launch process: .*operation not permitted`)
	forbidden    = regexp.MustCompile(`(?i)could not attach to pid \d+: .*(ptrace_scope|operation not permitted|permission denied)|fork/exec \S+: operation not permitted`)
)

// Explain is the failure that the output of a dlv shows which ended before it was attached to the program.
func (d Debugger) Explain(output string) error {
	if err := d.explainVersion(output); err != nil {
		return err
	}
	if match := traced.FindStringSubmatch(output); match != nil {
		return termination.Failuref(termination.DelveFailed,
			"godev.io/debug: the program is already traced by process %s. End that one first.", match[1])
	}
	if forbidden.MatchString(output) && yamaForbidsAll() {
		return termination.Failuref(termination.PtraceForbidden,
			"godev.io/debug: %s lets nobody debug a program, with spec.debug.mode: Delve neither. "+
				"Set it to 1 on the node, or use another node.", forbidder())
	}
	if forbidden.MatchString(output) {
		return termination.Failuref(termination.PtraceForbidden,
			"godev.io/debug: %s does not let the debugger attach to a program that runs. "+
				"Set spec.debug.mode to Delve: the program is then started again under the debugger, which is allowed.", forbidder())
	}
	return termination.Failuref(termination.DelveFailed, "godev.io/debug: the debugger ended: %s. "+
		"Remove the annotation and set it again, or set spec.debug.mode to Delve.", lastLine(output))
}

// explainExec is the same of a dlv that was to start the program.
func (d Debugger) explainExec(status syscall.WaitStatus, output string) error {
	if err := d.explainVersion(output); err != nil {
		return err
	}
	if untraceable.MatchString(output) {
		return termination.Failuref(termination.PtraceForbidden,
			"spec.debug.mode: %s does not let a debugger trace the program, which runs without it. "+
				"Set spec.debug.mode to Off, or use a node where ptrace is allowed (with Yama, a scope of 0 or 1).", forbidder())
	}
	if status.Signaled() {
		return termination.Failuref(termination.DelveFailed,
			"spec.debug.mode: the debugger was ended by the signal %s while it loaded the program, which runs without it. "+
				"If the memory is used up, raise spec.resources.limits.memory. It is tried again when the program is started next.", status.Signal())
	}
	return termination.Failuref(termination.DelveFailed,
		"spec.debug.mode: the debugger ended before it had the program, which runs without it: %s. "+
			"It is tried again when the program is started next; set spec.debug.mode to Off to do without.", lastLine(output))
}

// explainVersion is nil if it is not for the version of Go.
func (d Debugger) explainVersion(output string) error {
	match := wrongVersion.FindStringSubmatch(output)
	if match == nil {
		return nil
	}
	versions, err := d.Supported()
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(match[1]+match[2], ",")
	return unsupported("go"+strings.TrimPrefix(name, "go"), versions)
}

func forbidder() string {
	if scope := yama(); scope != "" && scope != "0" {
		return "the node's kernel (kernel.yama.ptrace_scope is " + scope + ")"
	}
	return "the node's kernel"
}

// yama is the scope of Yama, "" where there is none.
func yama() string {
	content, _ := os.ReadFile(yamaScope)
	return strings.TrimSpace(string(content))
}

// yamaForbidsAll: the scopes 2 and 3 also forbid a process to have itself traced by its parent, without CAP_SYS_PTRACE.
func yamaForbidsAll() bool { return yama() == "2" || yama() == "3" }

// lastLine is the last one of what dlv said, without that on which socket it listens.
func lastLine(text string) string {
	last := "it said nothing"
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "API server listening at") {
			last = line
		}
	}
	return last
}
