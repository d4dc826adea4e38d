package delve

import (
	"os"
	"regexp"
	"strings"

	"godev.io/runtime/internal/termination"
)

// yamaScope is absent where the kernel has no Yama (https://docs.kernel.org/admin-guide/LSM/Yama.html).
var yamaScope = "/proc/sys/kernel/yama/ptrace_scope"

var (
	wrongVersion = regexp.MustCompile(`Go version (\S+) is too old for this version of Delve|Version of Delve is too old for Go version (\S+)`)
	traced       = regexp.MustCompile(`already being debugged by pid (\d+)`)
	forbidden    = regexp.MustCompile(`(?i)could not attach to pid \d+: .*(ptrace_scope|operation not permitted|permission denied)|fork/exec \S+: operation not permitted`)
)

// Explain is the failure that the output of a dlv shows which ended before it had the program.
func (d Debugger) Explain(output string) error {
	if match := wrongVersion.FindStringSubmatch(output); match != nil {
		versions, err := d.Supported()
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(match[1]+match[2], ",")
		return unsupported("go"+strings.TrimPrefix(name, "go"), versions)
	}
	if match := traced.FindStringSubmatch(output); match != nil {
		return termination.Failuref(termination.DelveFailed,
			"godev.io/debug: the program is already traced by process %s. End that one first.", match[1])
	}
	if forbidden.MatchString(output) {
		return termination.Failuref(termination.PtraceForbidden,
			"godev.io/debug: %s does not let the debugger attach to a program that runs. "+
				"Set spec.debug.mode to Delve: the program is then started again under the debugger, which is allowed.", forbidder())
	}
	return termination.Failuref(termination.DelveFailed, "spec.debug.mode: the debugger ended: %s", lastLine(output))
}

func forbidder() string {
	if content, err := os.ReadFile(yamaScope); err == nil {
		if scope := strings.TrimSpace(string(content)); scope != "0" {
			return "the node's kernel (kernel.yama.ptrace_scope is " + scope + ")"
		}
	}
	return "the node's kernel"
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return "it said nothing. Set spec.debug.mode to Off and back"
	}
	return text[strings.LastIndexByte(text, '\n')+1:]
}
