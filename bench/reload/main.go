// Command reload measures how long it takes from a save of a source file until the program's answer is the new one: with
// godevd and with air, for the same program, on the same machine, in turns.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"godev.io/bench/internal/child"
)

// Limits of waiting: for the first answer, which may need every package to be compiled, and for a new one.
const (
	firstAnswer = 15 * time.Minute
	newAnswer   = time.Minute
)

// between is the time between two looks at the answer.
const between = 2 * time.Millisecond

func main() {
	samples := flag.Int("n", 20, "saves of each kind, with each tool and each program")
	only := flag.String("program", "", "small or CoreDNS: measure only that one")
	lost := flag.Bool("editors", false, "count lost edits instead: -n saves in all the ways of editors, with the runtime alone")
	seed := flag.Uint64("seed", uint64(os.Getpid()), "`number` for the pauses between these")
	dir := flag.String("dir", "", "keep what the tools make and log in this `folder`")
	var made binaries
	flag.StringVar(&made.godevd, "godevd", "", "`file` of godevd; this, -dlv and -air are built without them")
	flag.StringVar(&made.dlv, "dlv", "", "`file` of delve")
	flag.StringVar(&made.air, "air", "", "`file` of air")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	if err := run(ctx, os.Stdout, made, options{*samples, *lost, *seed, *only, *dir}); err != nil {
		fmt.Fprintln(os.Stderr, "reload:", err)
		os.Exit(1)
	}
}

type options struct {
	samples   int
	editors   bool
	seed      uint64
	only, dir string
}

func run(ctx context.Context, out io.Writer, made binaries, o options) error {
	if err := adopt(); err != nil {
		return err
	}
	var err error
	dir := o.dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "reload-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	binaries, err := made.complete(ctx, dir, !o.editors)
	if err != nil {
		return err
	}
	kinds := "of each kind"
	if o.editors {
		kinds = fmt.Sprintf("in %d ways, seed %d", len(editors), o.seed)
	}
	fmt.Fprintf(out, "%s, %d cores, %d saves %s; ms from the last write to the new answer\n", runtime.Version(), runtime.NumCPU(), o.samples, kinds)
	for _, s := range []source{small, large} {
		if o.only != "" && !strings.EqualFold(o.only, s.name) {
			continue
		}
		if o.editors {
			if err := countLost(ctx, out, binaries, s, dir, o.samples, o.seed); err != nil {
				return err
			}
			continue
		}
		p := plan{tools: tools, ways: ways, rounds: o.samples}
		results, err := measure(ctx, binaries, s, filepath.Join(dir, s.name), p)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		p.print(out, s, results)
	}
	return nil
}

// runner is a tool that runs a program.
type runner struct {
	tool
	process *child.Process
	editor  *editor
	url     string
	client  http.Client
}

// plan is who saves how, and how often.
type plan struct {
	tools  []tool
	ways   []way
	rounds int
	pause  func() time.Duration // before each save, nil for none
}

func measure(ctx context.Context, b binaries, s source, dir string, p plan) (map[string][]result, error) {
	var runners []*runner
	defer func() {
		for _, r := range runners {
			_ = r.process.Stop(10 * time.Second)
		}
		endOrphans()
	}()
	for i, t := range p.tools {
		r, err := start(ctx, b, s, t, filepath.Join(dir, fmt.Sprint(i)))
		if err != nil {
			return nil, err
		}
		runners = append(runners, r)
	}
	results := map[string][]result{}
	for round := range p.rounds + 1 {
		for _, w := range p.ways {
			for turn := range runners {
				r := runners[(round+turn)%len(runners)] // nobody is always the first
				if p.pause != nil {
					time.Sleep(p.pause())
				}
				one, err := r.sample(ctx, w)
				if err != nil {
					return nil, fmt.Errorf("%s, %s: %w", r.name, w.name, err)
				}
				if one.lost != nil {
					fmt.Fprintf(os.Stderr, "%s, %s: %v\n", r.name, w.name, one.lost)
				}
				if round > 0 { // the first fills caches
					results[r.name+"/"+w.name] = append(results[r.name+"/"+w.name], one)
				}
			}
		}
	}
	return results, nil
}

func start(ctx context.Context, b binaries, s source, t tool, dir string) (*runner, error) {
	workspace, own := filepath.Join(dir, "workspace"), filepath.Join(dir, "own")
	for _, folder := range []string{workspace, own} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, err
		}
	}
	if err := s.make(workspace); err != nil {
		return nil, err
	}
	editor, err := newEditor(s, workspace)
	if err != nil {
		return nil, err
	}
	ports, err := child.FreePorts(1)
	if err != nil {
		return nil, err
	}
	args, err := s.args(own, ports[0])
	if err != nil {
		return nil, err
	}
	command, err := t.command(b, workspace, own, args)
	if err != nil {
		return nil, err
	}
	command.Name, command.Log = t.name, filepath.Join(own, "log")
	command.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false", "GOWORK=off")
	r := &runner{tool: t, editor: editor, url: fmt.Sprintf("http://127.0.0.1:%d%s", ports[0], s.path)}
	r.client = http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	if r.process, err = child.Start(command); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, firstAnswer)
	defer cancel()
	err = r.process.WaitFor(ctx, func(context.Context) error {
		_, err := r.answer()
		return err
	})
	return r, err
}

func (r *runner) answer() (string, error) {
	response, err := r.client.Get(r.url)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

// result is one save: the time to the new answer, and how long of it nobody answered at all. A save is lost if there
// was no new answer, and the next save had to bring one.
type result struct {
	took, silent time.Duration
	lost         error
}

func (r *runner) sample(whole context.Context, w way) (result, error) {
	ctx, cancel := context.WithTimeout(whole, newAnswer)
	defer cancel()
	before := r.builds() // a build may have begun before whoever saved looks
	want, saved, err := w.save(r.editor, func() error { return r.building(ctx, before) })
	if err != nil {
		return result{}, err
	}
	old := saved
	err = r.process.WaitForEach(ctx, between, func(context.Context) error {
		got, err := r.answer()
		switch {
		case err != nil:
			return err
		case got != want:
			old = time.Now()
			return fmt.Errorf("the answer is still %q", got)
		}
		return nil
	})
	now := time.Now()
	if err != nil && (whole.Err() != nil || !r.process.Alive()) {
		return result{}, err
	}
	return result{now.Sub(saved), now.Sub(old), err}, nil
}

// builds is how many have begun, by what the tool logs.
func (r *runner) builds() int {
	content, _ := os.ReadFile(r.process.Log)
	return strings.Count(string(content), "building")
}

// building returns when more builds have begun than before.
func (r *runner) building(ctx context.Context, before int) error {
	err := r.process.WaitForEach(ctx, between, func(context.Context) error {
		if r.builds() == before {
			return fmt.Errorf("no build begins")
		}
		return nil
	})
	time.Sleep(200 * time.Millisecond) // the compiler runs
	return err
}
