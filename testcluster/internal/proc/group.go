package proc

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// poll is how often a condition that the kernel gives no event for is looked at.
const poll = 20 * time.Millisecond

// Group is a set of named background processes with their pid files and logs.
type Group struct {
	Run  string // pid files
	Logs string
}

// Start runs a program in a session of its own, its output in the group's log folder, and writes its pid file.
func (g Group) Start(name, program string, args ...string) error {
	log, err := os.OpenFile(g.Log(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Dir = g.Run
	cmd.Env = environment()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	id, err := Of(cmd.Process.Pid)
	go cmd.Wait() //nolint:errcheck // only reaps; how it ended is in its log
	if err != nil {
		return g.Failure(name, err)
	}
	return os.WriteFile(g.pidFile(name), []byte(id.String()), 0o644)
}

// environment leaves out the caller's: a proxy variable would send the components' own traffic away.
func environment() []string {
	return []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"}
}

// Log returns the path of a process's log.
func (g Group) Log(name string) string { return filepath.Join(g.Logs, name+".log") }

func (g Group) pidFile(name string) string { return filepath.Join(g.Run, name+".pid") }

// Names returns the names of all pid files, in alphabetical order.
func (g Group) Names() ([]string, error) {
	entries, err := os.ReadDir(g.Run)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".pid"); ok {
			names = append(names, name)
		}
	}
	return names, err
}

// Identity returns the process that a name stands for, and whether it still runs.
func (g Group) Identity(name string) (Identity, bool) {
	content, err := os.ReadFile(g.pidFile(name))
	if err != nil {
		return Identity{}, false
	}
	id, err := Parse(string(content))
	return id, err == nil && id.Alive()
}

// Stop ends the named processes, all at once: SIGTERM, and SIGKILL after the grace.
func (g Group) Stop(grace time.Duration, names ...string) error {
	errs := make([]error, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() { errs[i] = g.stop(name, grace) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (g Group) stop(name string, grace time.Duration) error {
	id, alive := g.Identity(name)
	if alive {
		if err := End(id, grace); err != nil {
			return fmt.Errorf("stop %s: %w", name, err)
		}
	}
	if err := os.Remove(g.pidFile(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// End sends SIGTERM to a process, and SIGKILL after the grace; it returns when the process is gone.
func End(id Identity, grace time.Duration) error {
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGTERM, grace}, {syscall.SIGKILL, 10 * time.Second}} {
		if !id.Alive() {
			return nil
		}
		if err := syscall.Kill(id.PID, step.signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), step.wait)
		err := Until(ctx, func() bool { return !id.Alive() })
		cancel()
		if err == nil {
			return nil
		}
	}
	return fmt.Errorf("process %d is still there after SIGKILL", id.PID)
}

// WaitFor waits until a condition holds, and fails early, with the end of the log, when the process dies before.
func (g Group) WaitFor(ctx context.Context, name string, limit time.Duration, condition func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	died := false
	err := Until(ctx, func() bool {
		if condition() {
			return true
		}
		_, alive := g.Identity(name)
		died = !alive
		return died
	})
	switch {
	case died:
		return g.Failure(name, errors.New("it ended"))
	case err != nil:
		return g.Failure(name, fmt.Errorf("it was not ready within %s", limit))
	}
	return nil
}

// Until looks at a condition until it holds or the context ends.
func Until(ctx context.Context, condition func() bool) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for !condition() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// Failure adds the last lines of a process's log, and its path, to an error.
func (g Group) Failure(name string, err error) error {
	content, _ := os.ReadFile(g.Log(name))
	return fmt.Errorf("%s: %w\n--- the last lines of %s:\n%s", name, err, g.Log(name), tail(string(content), 20, 300))
}

// tail returns the last lines of a log, each cut to a width.
func tail(log string, lines, width int) string {
	all := strings.Split(strings.TrimRight(log, "\n"), "\n")
	all = all[max(0, len(all)-lines):]
	for i, line := range all {
		if len(line) > width {
			all[i] = line[:width] + "…"
		}
	}
	return strings.Join(all, "\n")
}
