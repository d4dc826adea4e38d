package cli

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godev.io/runtime/internal/activity"
	"godev.io/runtime/internal/cgroup"
	"godev.io/runtime/internal/gotool"
	"godev.io/runtime/internal/modules"
	"godev.io/runtime/internal/reload"
	"godev.io/runtime/internal/report"
	"godev.io/runtime/internal/supervise"
	"godev.io/runtime/internal/watch"
)

// Values of --reload and --while-paused.
const (
	reloadOff      = "Off"
	reloadOnChange = "OnChange"
	pausedWait     = "Wait"
	pausedRestart  = "Restart"
)

// inner are the flags of the inner loop.
type inner struct {
	reload, watch, paused, lock string
	exclude                     globs
	debugPort, attachPort       int
	dlv, requests               string
	report, reportToken         string
	probeEvery                  time.Duration
}

func withInner(flags *flag.FlagSet) *inner {
	var i inner
	flags.StringVar(&i.reload, "reload", reloadOff, "OnChange or Off: whether a change of files builds the program again and replaces it")
	flags.StringVar(&i.watch, "watch", string(watch.Auto), "Auto, Notify or Poll: how changes are seen; Auto takes events where they arrive")
	flags.Var(&i.exclude, "exclude", "`glob` of files or folders, relative to the workspace, whose changes do not count; ** stands for any number of folders, and one without / holds in every folder; may be repeated")
	flags.StringVar(&i.paused, "while-paused", pausedWait, "Wait or Restart: what a new program does while a debugger holds the old one")
	flags.StringVar(&i.lock, "lock", string(modules.ReadOnly), "ReadOnly or Update: whether go.mod and go.sum may be completed after a change")
	flags.IntVar(&i.debugPort, "debug-port", 0, "`port` of the debugger on the loopback address; 0 runs the program without one")
	flags.IntVar(&i.attachPort, "attach-port", 40000, "`port` on the loopback address of a debugger that is attached on request; 0 attaches none")
	flags.StringVar(&i.dlv, "dlv", "/godev/dlv", "`file` of the debugger, delve")
	flags.StringVar(&i.requests, "requests", "", "`folder` with what the operator asks for: debug (attach, or empty), idle-minutes (after which it matters that nobody works, or empty) and report-ca (PEM certificates)")
	flags.DurationVar(&i.probeEvery, "probe-every", 0, "time between two readiness probes, which are nobody's connections; 0 where there are none")
	flags.StringVar(&i.report, "report", "", "`URL` of the operator to report to; without it, or without report-ca, nothing is reported")
	flags.StringVar(&i.reportToken, "report-token", "", "`file` with the token for reports, read for each")
	return &i
}

// check returns what is wrong with the flags, "" if nothing is.
func (i *inner) check() string {
	for _, choice := range []struct {
		name, value string
		values      []string
	}{
		{"reload", i.reload, []string{reloadOnChange, reloadOff}},
		{"watch", i.watch, []string{string(watch.Auto), string(watch.Notify), string(watch.Poll)}},
		{"while-paused", i.paused, []string{pausedWait, pausedRestart}},
		{"lock", i.lock, []string{string(modules.ReadOnly), string(modules.Update)}},
	} {
		if !slices.Contains(choice.values, choice.value) {
			last := len(choice.values) - 1
			return fmt.Sprintf("--%s has to be %s or %s, not %q", choice.name,
				strings.Join(choice.values[:last], ", "), choice.values[last], choice.value)
		}
	}
	if err := watch.CheckExclude(i.exclude); err != nil {
		return fmt.Sprintf("--exclude: %v", err)
	}
	if i.probeEvery < 0 {
		return fmt.Sprintf("--probe-every has to be positive, not %v", i.probeEvery)
	}
	for name, port := range map[string]int{"debug-port": i.debugPort, "attach-port": i.attachPort} {
		if port < 0 || port > 65535 {
			return fmt.Sprintf("--%s has to be from 0 to 65535, not %d", name, port)
		}
	}
	return ""
}

// globs is a flag that may be repeated.
type globs []string

func (g *globs) String() string { return strings.Join(*g, ",") }

func (g *globs) Set(glob string) error {
	*g = append(*g, glob)
	return nil
}

// coverage makes the folder for coverage data and returns the variable that names it, beside the folder of the program.
func coverage(output string) (string, error) {
	dir := filepath.Join(filepath.Dir(filepath.Dir(output)), "coverage")
	return "GOCOVERDIR=" + dir, os.MkdirAll(dir, 0o755)
}

// loop is the inner loop of the program.
func (c *call) loop(p *program, i *inner, program supervise.Program, reports *report.Client) *reload.Loop {
	return &reload.Loop{
		Builder: c.builder(p),
		Program: program,
		Watch:   watch.Config{Root: c.workspace, Mode: watch.Mode(i.watch), Exclude: i.exclude},
		Modules: func(ctx context.Context) error {
			return modules.Get(ctx, c.tool(), c.explainer(gotool.Requirements), modules.Lock(i.lock))
		},
		Completes: modules.Lock(i.lock) == modules.Update,
		Report:    reports.Update,
		Log:       c.stderr,
	}
}

// reports starts what tells the operator, if it wants to know.
func (c *call) reports(ctx context.Context, i *inner) *report.Client {
	quiet := report.State{
		Watch: report.Watch{Method: reloadOff}, Program: report.Program{State: string(supervise.Running)}, Debugger: report.Debugger{State: "Off"},
	}
	if i.reload == reloadOnChange {
		quiet.Watch.Method = string(watch.Notify)
	}
	if i.debugPort != 0 {
		quiet.Debugger.State = "Listening"
	}
	client := report.New(report.Config{
		URL: i.report, TokenFile: i.reportToken, CAFile: filepath.Join(i.requests, "report-ca"), Scrub: c.scrubber.Scrub, Log: c.stderr,
	}, quiet)
	if i.report != "" && i.requests != "" {
		go client.Run(ctx)
	}
	return client
}

// watchWork tells whether somebody works in the environment, if the operator wants to know.
func (c *call) watchWork(ctx context.Context, i *inner, debugger *debuggerTeller, reports *report.Client) {
	if i.report == "" || i.requests == "" {
		return
	}
	watch := activity.Watch{
		File: filepath.Join(i.requests, "idle-minutes"), Update: reports.Update,
		Eyes: &activity.Eyes{
			Proc: "/proc", Dev: "/dev", CPU: cgroup.CPU(c.cgroup), DebuggerPorts: []int{i.debugPort, i.attachPort},
			ProbeEvery: i.probeEvery, Debugging: debugger.isUsed,
			Changed: func() time.Time { return reports.Now().Activity },
		},
	}
	go watch.Run(ctx)
}
