// Package delve runs the program under the debugger Delve, attaches Delve to a program that runs, and watches it
// without disturbing the user's session.
package delve

import (
	"fmt"
	"strconv"
)

// Debugger is Delve's command, and where it listens.
type Debugger struct {
	// Path is the dlv command.
	Path string
	// Port is on 127.0.0.1: Delve has no authentication, and only what is forwarded into the pod reaches that address.
	Port int
}

// Exec returns the arguments for dlv to start the program with its arguments and let it run at once.
func (d Debugger) Exec(program string, args []string) []string {
	return append(append(append([]string{"exec", program}, d.serving()...), "--"), args...)
}

// Attach returns the arguments for dlv to attach to a process and let it run on.
func (d Debugger) Attach(pid int) []string {
	return append([]string{"attach", strconv.Itoa(pid)}, d.serving()...)
}

func (d Debugger) serving() []string {
	return []string{
		"--headless", "--api-version=2", "--accept-multiclient", "--continue",
		"--listen=" + d.address(),
		// the forwarding of a port is done by root's process of the node, and dlv refuses other users than its own
		"--only-same-user=false",
		"--check-go-version=true",
	}
}

func (d Debugger) address() string { return fmt.Sprintf("127.0.0.1:%d", d.Port) }
