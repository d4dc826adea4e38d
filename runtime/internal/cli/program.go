package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"

	"godev.io/runtime/internal/build"
	"godev.io/runtime/internal/cgroup"
	"godev.io/runtime/internal/gotool"
	"godev.io/runtime/internal/reload"
	"godev.io/runtime/internal/report"
	"godev.io/runtime/internal/supervise"
	"godev.io/runtime/internal/termination"
)

// program are the flags build and run share: with the same values run finds what build made.
type program struct {
	name, output, marker, instrument string
	debug                            bool
}

func (c *call) withProgram() *program {
	var p program
	c.flags.StringVar(&p.name, "package", "", "`package` to build, relative to the workspace; without it the only main package")
	c.flags.StringVar(&p.output, "output", "/cache/bin/program", "`file` to build")
	c.flags.StringVar(&p.marker, "marker", "/godev/built", "`file` that tells run that build has just built")
	c.flags.StringVar(&p.instrument, "instrument", string(build.None), "None, Race or Coverage: what the compiler adds to the program")
	return &p
}

func (c *call) builder(p *program) build.Builder {
	return build.Builder{Tool: c.tool(), Explainer: c.explainer(gotool.Requirements), Package: p.name, Output: p.output,
		Kind: build.Kind{Instrument: build.Instrument(p.instrument), Debug: p.debug}}
}

func buildProgram(c *call, args []string) int {
	c.declare("build")
	c.withWorkspace()
	p := c.withProgram()
	c.withGoOn()
	c.flags.BoolVar(&p.debug, "debug", false, "build for a debugger: without optimizations")
	if code, ok := c.parse(args); !ok {
		return code
	}
	if err := build.CheckInstrument(p.instrument); err != nil {
		return c.usage("--instrument %v", err)
	}
	return c.phase(termination.PhaseBuild, termination.BuildFailed, func(ctx context.Context) (termination.Message, error) {
		builder := c.builder(p)
		result, err := builder.Build(ctx)
		if err == nil {
			err = builder.Mark(p.marker, result)
		}
		return built(result), err
	})
}

func built(result build.Result) termination.Message {
	return termination.Message{Package: result.Package, BuildSeconds: termination.Round(result.Took)}
}

func run(c *call, args []string) int {
	flags := c.declare("run")
	c.takesRest = true
	c.withWorkspace()
	p := c.withProgram()
	inner := withInner(flags)
	upstream := withUpstream(flags)
	grace := flags.Duration("grace", 10*time.Second, "how long the program may take to end after SIGTERM")
	percent := flags.Int("memory-limit-percent", 0, "set GOMEMLIMIT to this `percent` of the container's memory limit, read at each start; 0 leaves it alone")
	if code, ok := c.parse(args); !ok {
		return code
	}
	if *percent < 0 || *percent > 100 {
		return c.usage("--memory-limit-percent has to be from 0 to 100, not %d", *percent)
	}
	if *grace < 0 {
		return c.usage("--grace has to be positive, not %v", *grace)
	}
	if err := build.CheckInstrument(p.instrument); err != nil {
		return c.usage("--instrument %v", err)
	}
	if wrong := inner.check(); wrong != "" {
		return c.usage("%s", wrong)
	}
	if wrong := upstream.check(); wrong != "" {
		return c.usage("%s", wrong)
	}
	p.debug = inner.debugPort != 0
	return c.phase(termination.PhaseRun, termination.RunFailed, func(ctx context.Context) (termination.Message, error) {
		// before the build, so that none gets lost between it and the program
		signals := make(chan os.Signal, 64)
		signal.Notify(signals, supervise.Forwarded...)
		defer signal.Stop(signals)

		result, fresh, failed := c.prepare(ctx, p)
		message := built(result)
		if gotool.IsStopped(failed) || failed == nil && ctx.Err() != nil {
			message.Result, message.Reason, message.Detail = termination.Succeeded, termination.Stopped, "asked to stop before the program was started"
			return message, nil
		}
		if failed != nil && (inner.reload == reloadOff || !mendedBySave(failed)) {
			return message, failed
		}
		env := c.env
		if p.instrument == string(build.Coverage) {
			variable, err := coverage(p.output)
			if err != nil {
				return message, err
			}
			env = env.With(variable)
		}
		program := supervise.Program{
			Path: p.output, Args: c.rest, Dir: c.workspace, Env: env, Grace: *grace,
			MemoryLimitPercent: *percent, Memory: cgroup.Memory(c.cgroup),
			Backoff: supervise.DefaultBackoff, Stable: supervise.DefaultStable,
			Stdout: c.stdout, Stderr: c.stderr, Log: c.stderr,
		}
		reports := c.reports(ctx, inner)
		if failed == nil && !fresh {
			reports.Update(func(state *report.State) { state.Build = reload.Succeeded(result) })
		}
		watching, stop := context.WithCancel(ctx)
		defer upstream.keep(watching, c, reports.Update)()
		defer stop()
		told := &debuggerTeller{update: reports.Update, program: p.output}
		under, ready := c.debugger(ctx, inner, told)
		c.watchWork(watching, inner, told, reports)
		program.Under = under
		var ended termination.Message
		if inner.reload == reloadOff {
			ended = program.Run(withoutOld(signals))
		} else {
			loop := c.loop(p, inner, program, reports)
			loop.Ready = ready
			ended = loop.Run(ctx, withoutOld(signals), result, failed)
		}
		ended.Package, ended.BuildSeconds = message.Package, message.BuildSeconds
		return ended, nil
	})
}

// mendedBySave reports whether to wait for a save after the failure. Others are the kubelet's to try again.
func mendedBySave(failed error) bool {
	return termination.OfError(termination.PhaseRun, failed, termination.RunFailed).Reason.IsOfSource()
}

// prepare builds the program, unless the container before this one just did: then it is fresh.
func (c *call) prepare(ctx context.Context, p *program) (result build.Result, fresh bool, err error) {
	builder := c.builder(p)
	result, fresh, err = builder.TakeMarker(p.marker)
	if err != nil {
		fmt.Fprintf(c.stderr, "run: building again: %v\n", err)
	}
	if fresh {
		return result, true, nil
	}
	result, err = builder.Build(ctx)
	return result, false, err
}

// withoutOld drops the signals that came before there was a program for them, but for one to stop.
func withoutOld(signals chan os.Signal) <-chan os.Signal {
	for {
		select {
		case received := <-signals:
			if supervise.Stops(received) {
				signals <- received
				return signals
			}
		default:
			return signals
		}
	}
}
