package gotool

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"godev.io/runtime/internal/cgroup"
	"godev.io/runtime/internal/envvars"
	"godev.io/runtime/internal/termination"
)

// Subject is what the go command was asked to fetch: it decides which field a message names.
type Subject string

// The subjects.
const (
	// SourceModule: the module of spec.source.module.
	SourceModule Subject = "spec.source.module"
	// Requirements: the modules go.mod requires.
	Requirements Subject = "go.mod"
)

// Explainer turns failures of the go command into failures that name a field of the spec.
type Explainer struct {
	Subject   Subject
	Workspace string
	Env       envvars.Vars
	Memory    cgroup.Memory
}

// longest is the number of bytes of a line of output that a detail repeats.
const longest = 400

// Explain returns err itself if it is a failure already, else the failure that its output shows, else otherwise with
// the last line of the output.
func (e Explainer) Explain(err error, otherwise termination.Reason) error {
	var failure *termination.Failure
	var goError *Error
	switch {
	case err == nil || errors.As(err, &failure):
		return err
	case !errors.As(err, &goError):
		return err
	}
	if found := e.Find(goError.Output); found != nil {
		found.Cause = err
		return found
	}
	if goError.Killed() {
		return &termination.Failure{Reason: termination.OutOfMemory, Detail: e.OutOfMemory("the go command"), Cause: err}
	}
	detail := lastLine(goError.Output)
	if detail == "" {
		detail = goError.Error()
	}
	return &termination.Failure{Reason: otherwise, Detail: string(e.Subject) + ": " + shorten(detail), Cause: err}
}

// Find returns the failure that a go command's output shows, nil if it shows none that is known.
func (e Explainer) Find(output string) *termination.Failure {
	for _, rule := range rules {
		match := rule.pattern.FindStringIndex(output)
		if match == nil {
			continue
		}
		reason, detail := rule.explain(e, lineAround(output, match[0], match[1]))
		return &termination.Failure{Reason: reason, Detail: detail}
	}
	return nil
}

// OutOfMemory says which process the kernel killed. Less than 1 GiB makes the compiler slow before it is killed.
func (e Explainer) OutOfMemory(process string) string {
	return "spec.resources.limits.memory: " + process + " was killed because the memory was used up. " + e.Memory.Advice(1<<30)
}

func (e Explainer) inWorkspace(line string) bool {
	return e.Workspace != "" && strings.Contains(line, filepath.Clean(e.Workspace)+"/")
}

func (e Explainer) proxies() string {
	if list := e.Env.Get("GOPROXY"); list != "" {
		return list
	}
	return "Go's default"
}

// Killed reports whether the kernel, or somebody else, killed the go command itself.
func (e *Error) Killed() bool {
	var exit *exec.ExitError
	if !errors.As(e.Cause, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// lineAround returns the line of the match, joined with the indented ones after it, which go writes to continue it.
func lineAround(text string, start, end int) string {
	start = strings.LastIndexByte(text[:start], '\n') + 1
	for {
		stop := strings.IndexByte(text[end:], '\n')
		if stop < 0 {
			end = len(text)
			break
		}
		end += stop
		if !strings.HasPrefix(text[end:], "\n\t") {
			break
		}
		end++
	}
	return shorten(strings.Join(strings.Fields(strings.TrimPrefix(text[start:end], "go: ")), " "))
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return strings.TrimPrefix(text[strings.LastIndexByte(text, '\n')+1:], "go: ")
}

func shorten(line string) string {
	if len(line) <= longest {
		return line
	}
	return strings.ToValidUTF8(line[:longest], "") + "…"
}
