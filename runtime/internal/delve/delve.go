// Package delve runs the program under the debugger Delve, attaches Delve to a program that runs, and watches it
// without disturbing the user's session.
package delve

import (
	"fmt"
	"strconv"
)

// Debugger is Delve's command, and where its users connect.
type Debugger struct {
	// Path is the dlv command.
	Path string
	// Port is on 127.0.0.1: Delve has no authentication, and only what is forwarded into the pod reaches that address.
	Port int
}

// execArgs are the arguments for dlv to load the program with its arguments, stopped before its first instruction.
func execArgs(socket, program string, args []string) []string {
	return append(append(append([]string{"exec", program}, serving(socket)...), "--"), args...)
}

// attachArgs are the arguments for dlv to attach to a process, which stops it.
func attachArgs(socket string, pid int) []string {
	return append([]string{"attach", strconv.Itoa(pid)}, serving(socket)...)
}

func serving(socket string) []string {
	return []string{"--headless", "--api-version=2", "--accept-multiclient", "--listen=unix:" + socket, "--check-go-version=true"}
}

func (d Debugger) address() string { return fmt.Sprintf("127.0.0.1:%d", d.Port) }
