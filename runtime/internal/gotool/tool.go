// Package gotool runs the go command and explains its failures in the words of the spec.
package gotool

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"godev.io/runtime/internal/children"
	"godev.io/runtime/internal/envvars"
	"godev.io/runtime/internal/secret"
	"godev.io/runtime/internal/termination"
)

// patience is how long a go command that was asked to stop may take to remove its temporary files.
const patience = 2 * time.Second

// Tool runs the go command of the image.
type Tool struct {
	// Dir is the folder the command runs in.
	Dir string
	// Env is the command's whole environment.
	Env envvars.Vars
	// Log gets what the command says, scrubbed.
	Log io.Writer
	// Scrubber hides secrets in what is logged and in errors.
	Scrubber *secret.Scrubber
}

// Error is a go command that failed.
type Error struct {
	// Output is what the command wrote for people, scrubbed. The middle of a very long one is left out.
	Output string
	// Cause is how it ended.
	Cause error
}

func (e *Error) Error() string { return "go: " + e.Cause.Error() }

// Unwrap returns how it ended.
func (e *Error) Unwrap() error { return e.Cause }

// Stream runs go with the arguments and logs both its outputs.
func (t Tool) Stream(ctx context.Context, args ...string) error {
	return t.run(ctx, nil, args)
}

// Output runs go with the arguments, logs its error output, and returns its standard output, also if it fails.
func (t Tool) Output(ctx context.Context, args ...string) (string, error) {
	var out collector
	err := t.run(ctx, &out, args)
	return string(out), err
}

func (t Tool) run(ctx context.Context, stdout io.Writer, args []string) error {
	if ctx.Err() != nil {
		return stopped(ctx)
	}
	goCommand, err := t.find()
	if err != nil {
		return err
	}
	log := t.Scrubber.Writer(t.Log)
	var kept excerpt
	// one writer for both, so that os/exec copies both in one goroutine and lines stay in order
	both := io.MultiWriter(log, &kept)
	if stdout == nil {
		stdout = both
	}
	command := exec.CommandContext(ctx, goCommand, args...)
	command.Dir, command.Env = t.Dir, t.Env
	if t.Dir != "" {
		command.Env = t.Env.With("PWD=" + t.Dir)
	}
	command.Stdout, command.Stderr = stdout, both
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var hurry *time.Timer
	command.Cancel = func() error {
		group := -command.Process.Pid
		hurry = time.AfterFunc(patience, func() { _ = syscall.Kill(group, syscall.SIGKILL) })
		// the go command removes its temporary files on an interrupt, and on nothing else
		return syscall.Kill(group, syscall.SIGINT)
	}
	command.WaitDelay = patience + time.Second
	err = children.Run(command)
	if hurry != nil {
		hurry.Stop()
	}
	if command.Process != nil {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // what go started and left
	}
	_ = log.Flush()
	switch {
	case ctx.Err() != nil:
		return stopped(ctx)
	case err != nil:
		return &Error{Output: t.Scrubber.Scrub(kept.String()), Cause: err}
	}
	return nil
}

// find looks in the PATH of the command's environment, not of godevd's own.
func (t Tool) find() (string, error) {
	for _, dir := range splitList(t.Env.Get("PATH")) {
		path := dir + "/go"
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", termination.Failuref(termination.GoMissing,
		"spec.go.image: this image has no go command in its PATH. Use an image made from golang, or leave the field out.")
}

func stopped(ctx context.Context) error {
	return &termination.Failure{Reason: termination.Stopped, Detail: "asked to stop before it was done", Cause: ctx.Err()}
}

// IsStopped reports whether the error is that of a command that was asked to stop.
func IsStopped(err error) bool {
	return errors.Is(err, context.Canceled)
}
